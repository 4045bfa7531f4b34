/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.model.Secret;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code up}: starts everything, says where it listens, and keeps it running. */
@Command(
    name = "up",
    sortOptions = false,
    description =
        "Starts Kafka, PostgreSQL with a standby, three S3 regions and the six services in one folder, and protects the database.",
    footerHeading =
        "%nThe file of --config replaces embedded parts by existing ones (name=value lines):%n",
    footer = {
      "  source.url, .user, .password, .include-schemas, .exclude   as --source",
      "  source.standby-url, .fencing-url, .endpoint-url, .hook-token   for failovers of it",
      "  kafka.bootstrap-servers                                    an existing Kafka",
      "  control-database.url, .user, .password                     jdbc:postgresql://host:port",
      "  regions.<region>.url, .access-key, .secret-key, .cold      an existing object store; further",
      "                    settings of a region: docs/configuration.md",
      "  ports.<part>                                               another port",
      "  service.<service>.<key>                                    a line of a service's configuration",
      "",
      "Ctrl-C (or 'holdfast down' from elsewhere) stops all of it; the next 'up' on the folder carries on.",
      "Exit codes: 0 stopped as asked (or, with --detach, ready), 1 not started, 2 wrong usage."
    })
final class UpCommand implements Callable<Integer> {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder for all data (default: ~/.holdfast).")
  private @Nullable Path dataFolder;

  @Option(
      names = "--source",
      paramLabel = "URL",
      description =
          "Protect this PostgreSQL (jdbc:postgresql://host:port/database) instead of the embedded one; its password comes from PGPASSWORD or the url.")
  private @Nullable String source;

  @Option(names = "--source-user", paramLabel = "NAME", description = "User for --source.")
  private @Nullable String sourceUser;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Replaces other embedded parts by existing ones, see below.")
  private @Nullable Path config;

  @Option(
      names = "--port-base",
      paramLabel = "N",
      description = "Use consecutive ports from N on instead of the documented ones.")
  private @Nullable Integer portBase;

  @Option(
      names = "--set",
      paramLabel = "SERVICE.KEY=VALUE",
      description =
          "A line for a service's configuration, such as failover-monitor.holdfast.monitor.interval=2s. Repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--detach",
      description = "Return when all is ready and protected; it goes on in the background.")
  private boolean detach;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    var settings = usable();
    var data = new DataFolder(dataFolder == null ? DataFolder.standard() : dataFolder);
    return detach ? Detached.start(data, arguments(data)) : run(data, settings);
  }

  private int run(DataFolder data, Settings settings) throws InterruptedException {
    data.open();
    var console = new Console(System.out);
    var stack = new Stack(data, settings, Main.home(), console, Clock.systemUTC());
    var stopped = new CountDownLatch(1);
    var interrupted = new AtomicBoolean();
    // Signals end a JVM through its hooks: what is stopped here is stopped on Ctrl-C, TERM and
    // hang-up alike.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  interrupted.set(true);
                  stack.close();
                  data.close();
                  stopped.countDown();
                },
                "stop"));
    try {
      stack.start();
      if (!stack.isStopping()) {
        console.line(stack.summary());
      }
    } catch (RuntimeException e) {
      if (!stack.isStopping()) {
        throw e;
      }
      // Interrupted while starting: parts that couldn't start any more are no news.
      stack.close();
      if (!interrupted.get()) {
        throw e;
      }
    }
    stopped.await();
    return 0;
  }

  /** Whatever is wrong with a value of the command line is wrong usage. */
  private Settings usable() {
    try {
      return settings();
    } catch (RuntimeException e) {
      if (Main.isOurs(e)) {
        throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
      }
      throw e;
    }
  }

  private Settings settings() {
    var ports = portBase == null ? PortPlan.defaults() : PortPlan.from(portBase);
    var settings = config == null ? Settings.embedded(ports) : Settings.read(config, ports);
    if (source != null) {
      settings =
          settings.withSource(
              Settings.source(source, Optional.ofNullable(sourceUser), Optional.<Secret>empty()));
    }
    for (String line : set) {
      int equals = line.indexOf('=');
      if (equals < 1) {
        throw new StandaloneException("--set " + line + " isn't SERVICE.KEY=VALUE.");
      }
      settings = settings.withExtra(line.substring(0, equals), line.substring(equals + 1));
    }
    return settings;
  }

  /** The same command for the background. */
  private List<String> arguments(DataFolder data) {
    var words = new ArrayList<>(List.of("up", "--data", data.root().toString()));
    if (source != null) {
      words.addAll(List.of("--source", source));
    }
    if (sourceUser != null) {
      words.addAll(List.of("--source-user", sourceUser));
    }
    if (config != null) {
      words.addAll(List.of("--config", config.toAbsolutePath().toString()));
    }
    if (portBase != null) {
      words.addAll(List.of("--port-base", portBase.toString()));
    }
    set.forEach(line -> words.addAll(List.of("--set", line)));
    return words;
  }
}
