/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.Folders;
import dev.holdfast.embedded.Ports;
import dev.holdfast.model.Secret;
import dev.holdfast.standalone.LocalStack;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: the whole story on this machine, measured. */
@Command(
    name = "demo",
    sortOptions = false,
    description =
        "Protects a live database of a million rows, undoes a DELETE, survives the loss of the primary and then of a region with every service, proves each result byte for byte, and measures it all.",
    footer = {
      "",
      "The monitor looks every 2 s instead of every 30 s, and its trigger fires after 10 s instead of 120 s.",
      "Exit codes: 0 every objective held, 1 one did not or an act failed, 2 wrong usage."
    })
public final class DemoCommand implements Callable<Integer> {

  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration TRIGGER = Duration.ofSeconds(10);
  private static final int CLIENTS = 3;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "An empty or missing folder for all data (default: a temporary one).")
  private @Nullable Path dataFolder;

  @Option(
      names = "--port-base",
      paramLabel = "N",
      description = "Use consecutive ports from N on instead of the documented ones.")
  private int portBase;

  @Option(
      names = "--keep",
      description =
          "Keep the data folder, and leave databases and buckets running until Ctrl-C; 'holdfast up --data DIR' starts the rest again.")
  private boolean keep;

  @Option(names = "--json", description = "Print the figures as JSON; the story goes to stderr.")
  private boolean json;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the workload (default: 1).")
  private long seed = 1;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  private final Deque<Runnable> undo = new ArrayDeque<>();

  /** Creates the command; options are filled in by the parser. */
  public DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    var told = json ? System.err : System.out;
    Path folder = folder();
    var hook = new Thread(this::cleanUp, "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    var report = new Report(told);
    boolean failed = false;
    try {
      play(folder, told, report);
    } catch (ActFailedException e) {
      failed = true;
      told.println("\nThe story ends here.\n  " + e.getMessage());
      if (!keep && dataFolder == null) {
        told.println("  The logs go with the folder; --keep keeps them.");
      }
    }
    if (json) {
      System.out.println(report.json(!failed));
    } else {
      report.table();
    }
    if (keep) {
      told.println("\nKept: " + folder + "; Ctrl-C stops what still runs.");
      new CountDownLatch(1).await();
    }
    cleanUp();
    return !failed && report.allHeld() ? 0 : 1;
  }

  private void play(Path folder, PrintStream told, Report report) {
    told.println(
        "Shortened for this story: the monitor looks every "
            + INTERVAL.toSeconds()
            + " s (shipped: 30 s), and its trigger fires after "
            + TRIGGER.toSeconds()
            + " s (shipped: 120 s).");
    var stack =
        LocalStack.open(
            folder,
            portBase,
            Map.of(
                "failover-monitor.holdfast.monitor.interval", INTERVAL.toSeconds() + "s",
                "failover-monitor.holdfast.monitor.timeout", "2s",
                "failover-monitor.holdfast.monitor.triggers.database_primary_failure.duration",
                    TRIGGER.toSeconds() + "s"),
            told);
    closeLater(stack::close);
    var ledger = new Ledger(folder.resolve("workload.ledger"));
    closeLater(ledger::close);
    var elsewhere =
        EmbeddedPostgres.of(
            EmbeddedPostgres.Options.in(folder.resolve("postgres").resolve("elsewhere"))
                .port(Ports.free())
                .password(new Secret(UUID.randomUUID().toString()))
                .log(stack.log("postgres-elsewhere")));
    closeLater(elsewhere::stop);
    var regions = new LinkedHashMap<String, RegionWatch>();
    var scenes = new java.util.concurrent.atomic.AtomicReference<@Nullable Scene>();
    stack.start(
        () -> {
          // Before the workers look at the database: protecting one that is there is the story.
          var workload = new Workload(stack.source(), stack.owner(), ledger, CLIENTS, seed);
          closeLater(workload::close);
          var scene = new Scene(stack, workload, ledger, regions, elsewhere);
          scenes.set(scene);
          report.play(1, new LiveDatabase(), scene);
        });
    var scene = java.util.Objects.requireNonNull(scenes.get());
    elsewhere.start();
    for (String region : stack.regions()) {
      var watch = RegionWatch.start(stack, region);
      closeLater(watch::close);
      regions.put(region, watch);
    }
    int number = 2;
    for (Act act :
        List.of(
            new Protection(),
            new UndoneDelete(),
            new LostPrimary(TRIGGER, INTERVAL),
            new BrokenGlass())) {
      report.play(number++, act, scene);
    }
  }

  private Path folder() throws IOException {
    if (dataFolder == null) {
      Path made = Files.createTempDirectory("holdfast-demo-");
      if (!keep) {
        closeLater(
            () -> {
              try {
                Folders.delete(made);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
      }
      return made;
    }
    Path folder = dataFolder.toAbsolutePath().normalize();
    if (Files.exists(folder)) {
      try (var content = Files.list(folder)) {
        if (content.findAny().isPresent()) {
          throw new picocli.CommandLine.ParameterException(
              new picocli.CommandLine(this),
              "--data " + folder + " is not empty: the story begins with an empty folder");
        }
      }
    }
    Files.createDirectories(folder);
    return folder;
  }

  private void closeLater(Runnable action) {
    synchronized (undo) {
      undo.push(action);
    }
  }

  /** Undoes everything, last first, once; also when Ctrl-C comes in the middle. */
  private void cleanUp() {
    synchronized (undo) {
      while (!undo.isEmpty()) {
        try {
          undo.pop().run();
        } catch (RuntimeException e) {
          System.err.println("While cleaning up: " + e.getMessage());
        }
      }
    }
  }
}
