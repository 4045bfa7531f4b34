/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.EmbeddedKafka;
import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.EmbeddedS3;
import dev.holdfast.embedded.JavaCommand;
import dev.holdfast.embedded.Ports;
import dev.holdfast.embedded.Processes;
import dev.holdfast.embedded.S3Main;
import dev.holdfast.model.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything that runs: starts it in parallel as far as parts don't need each other, keeps it
 * running, stops it in order.
 */
final class Stack implements AutoCloseable {

  private static final Duration READY_WITHIN = Duration.ofSeconds(180);
  private static final String CONTROL_ROLE = "holdfast_control";

  private final DataFolder data;
  private final Settings settings;
  private final Path home;
  private final Console console;
  private final InstantSource clock;
  private final StackState state;
  private final Readiness readiness = new Readiness();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Map<Service, Part> services = new EnumMap<>(Service.class);
  private final Map<String, Part> servers = new LinkedHashMap<>();
  private @Nullable Endpoint endpoint;
  private @Nullable ControlServer control;

  Stack(DataFolder data, Settings settings, Path home, Console console, InstantSource clock) {
    this.data = data;
    this.settings = settings;
    this.home = home;
    this.console = console;
    this.clock = clock;
    this.state = new StackState(data.state(), clock);
  }

  /** Starts everything; returns when all is ready and the source is protected. */
  void start() {
    start(() -> {});
  }

  /**
   * As {@link #start()}; {@code withSource} runs when the source is there and nothing looks at it
   * yet.
   */
  void start(Runnable withSource) {
    requireArtifacts();
    awaitFormerRun();
    state.state("starting");
    console.plain("Holdfast starts in " + data.root());
    settings.ports().requireFree(neededPorts());
    var keys = StackKeys.open(data);
    var embeddedSource =
        settings.source().isEmpty() ? new SourceServers(data, settings.ports(), keys, clock) : null;
    var regions = regions(keys);
    keys.writeAwsCredentials(regions);
    state.identity(keys.identity());
    state.regions(regions, keys.awsCredentials());
    if (embeddedSource != null) {
      openHooks(embeddedSource, keys);
    }

    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var kafka = CompletableFuture.runAsync(this::startKafka, executor);
      var s3 = CompletableFuture.runAsync(() -> startS3(regions), executor);
      var controlDatabase =
          CompletableFuture.supplyAsync(() -> startControlDatabase(keys), executor);
      var source =
          CompletableFuture.runAsync(
              () -> {
                if (embeddedSource != null) {
                  startSource(embeddedSource, keys);
                }
                withSource.run();
              },
              executor);
      var configured =
          controlDatabase.thenApplyAsync(
              database -> configuration(database, regions, keys, embeddedSource), executor);
      var all = new ArrayList<CompletableFuture<?>>(List.of(kafka, s3, controlDatabase, source));
      for (var service : Service.values()) {
        var needs =
            switch (service) {
              case CATALOG, SCHEDULER, REPLICATION ->
                  CompletableFuture.allOf(kafka, s3, configured);
              case WORKER, MONITOR, ORCHESTRATOR ->
                  CompletableFuture.allOf(kafka, s3, configured, source);
            };
        all.add(needs.thenRunAsync(() -> startService(service, configured.join()), executor));
      }
      try {
        awaitAll(all);
      } catch (RuntimeException e) {
        // The executor waits for what is still starting: stopping makes that short.
        close();
        throw e;
      }
    }
    awaitProtection();
    if (!stopping.get()) {
      state.state("ready");
    }
  }

  /** What to say when all is ready. */
  String summary() {
    var ports = settings.ports();
    var text = new StringBuilder("Ready: the source is protected.\n\n");
    if (endpoint != null) {
      text.append("  database     jdbc:postgresql://127.0.0.1:")
          .append(endpoint.port())
          .append('/')
          .append(SourceServers.DATABASE)
          .append("  (user ")
          .append(SourceServers.OWNER)
          .append(", password in ")
          .append(data.keys().resolve("app.password"))
          .append(")\n");
    }
    for (var service : Service.values()) {
      text.append(
          String.format(
              java.util.Locale.ROOT,
              "  %-20s http://127.0.0.1:%d%n",
              service.module(),
              ports.of(service)));
    }
    text.append("\n  identity     ")
        .append(data.keys().resolve("identity.key"))
        .append("  (keep a copy elsewhere: only it can restore)\n");
    text.append("  logs         ").append(data.root().resolve("logs")).append('\n');
    return text.toString();
  }

  /** Stops everything in order; nothing that was started is left when it returns. */
  @Override
  public void close() {
    if (stopping.compareAndSet(false, true)) {
      try {
        stopAll();
      } finally {
        stopped.countDown();
      }
    }
    awaitStopped();
  }

  boolean isStopping() {
    return stopping.get();
  }

  /** The url of a region's vault. */
  String vaultUrl(String region) {
    return regions(StackKeys.open(data)).stream()
        .filter(it -> it.id().equals(region))
        .map(Region::url)
        .findFirst()
        .orElseThrow(() -> new StandaloneException("There is no region " + region + "."));
  }

  /** The process of a part that runs or ran last. */
  ChildProcess child(String name) {
    return findChild(name)
        .orElseThrow(() -> new StandaloneException("No process of " + name + " was started."));
  }

  Optional<ChildProcess> findChild(String name) {
    return anyPart(name).flatMap(Part::process);
  }

  /** Kills parts with -9 and never starts them again. */
  void lose(List<String> names) {
    for (String name : names) {
      anyPart(name).ifPresent(Part::leave);
    }
    for (String name : names) {
      findChild(name).ifPresent(ChildProcess::kill9);
    }
  }

  private synchronized Optional<Part> anyPart(String name) {
    return part(name)
        .or(() -> services.values().stream().filter(part -> part.name().equals(name)).findFirst());
  }

  private void awaitStopped() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopAll() {
    state.state("stopping");
    console.line("Stopping the services");
    inParallel(services.values().stream().<Runnable>map(part -> part::stop).toList());
    if (control != null) {
      control.close();
    }
    if (endpoint != null) {
      endpoint.close();
    }
    console.line("Stopping Kafka, S3 and PostgreSQL");
    List<Part> rest;
    synchronized (this) {
      rest = List.copyOf(servers.values());
    }
    // A standby is to receive what its primary wrote last: the primary ends first.
    inParallel(
        rest.stream()
            .filter(part -> !part.name().equals(PortPlan.STANDBY))
            .<Runnable>map(part -> part::stop)
            .toList());
    rest.stream().filter(part -> part.name().equals(PortPlan.STANDBY)).forEach(Part::stop);
    state.state("stopped");
    console.line("Stopped; 'holdfast up' on the same folder carries on");
  }

  private List<String> neededPorts() {
    var names = new ArrayList<String>();
    if (settings.source().isEmpty()) {
      names.addAll(
          List.of(PortPlan.ENDPOINT, PortPlan.PRIMARY, PortPlan.STANDBY, PortPlan.CONTROL));
    }
    if (settings.kafka().isEmpty()) {
      names.addAll(List.of(PortPlan.KAFKA, PortPlan.KAFKA_CONTROLLER));
    }
    if (settings.control().isEmpty()) {
      names.add(PortPlan.CONTROL_DATABASE);
    }
    for (var region : Region.SHIPPED) {
      if (!settings.regions().containsKey(region.id())) {
        names.add(PortPlan.s3(region.id()));
      }
    }
    for (var service : Service.values()) {
      names.add(service.module());
    }
    return names;
  }

  private void requireArtifacts() {
    for (var service : Service.values()) {
      if (!Files.exists(artifact(service))) {
        throw new StandaloneException(
            "The artifact of "
                + service.module()
                + " is missing: "
                + artifact(service)
                + "\nHINT: Start with ./holdfast, which builds what is missing.");
      }
    }
  }

  private Path artifact(Service service) {
    return home.resolve(service.module()).resolve("target/quarkus-app/quarkus-run.jar");
  }

  /**
   * Processes of a run whose supervisor was killed are still stopping: two must never share a
   * folder.
   */
  private void awaitFormerRun() {
    for (var known : Running.read(data.state()).map(Running::processes).orElse(List.of())) {
      known
          .alive()
          .ifPresent(
              process -> {
                console.line(
                    "Waiting for "
                        + known.name()
                        + " (process "
                        + known.pid()
                        + ") of the former run to stop");
                if (!Processes.awaitDead(process, Duration.ofSeconds(75))) {
                  process.destroyForcibly();
                  Processes.awaitDead(process, Duration.ofSeconds(10));
                }
              });
    }
  }

  private List<Region> regions(StackKeys keys) {
    var regions = new ArrayList<Region>();
    for (var shipped : Region.SHIPPED) {
      var replaced = settings.regions().get(shipped.id());
      if (replaced != null) {
        regions.add(replaced);
        continue;
      }
      String url =
          "s3://"
              + shipped.bucket()
              + "?endpoint=http://127.0.0.1:"
              + settings.ports().of(PortPlan.s3(shipped.id()))
              + "&region="
              + shipped.id()
              + "&path-style=true";
      regions.add(
          new Region(
              shipped.id(),
              shipped.bucket(),
              url,
              "holdfast-" + shipped.id(),
              keys.secret("s3-" + shipped.id()),
              shipped.cold(),
              true));
    }
    return regions;
  }

  private void openHooks(SourceServers source, StackKeys keys) {
    var opened = Endpoint.listen(settings.ports().of(PortPlan.ENDPOINT), data.endpoint());
    endpoint = opened;
    String primary = source.roles().primary();
    var remembered = Endpoint.remembered(data.endpoint());
    boolean cut = remembered.isPresent() && remembered.get().isEmpty();
    if (source.roles().awaitsPromotion() || (cut && source.roles().fenced().isPresent())) {
      console.line(
          "The clients' endpoint stays cut: a failover was under way; the recovery orchestrator goes on with it");
    } else {
      opened.repoint(new Endpoint.Target("127.0.0.1", source.port(primary)));
    }
    source
        .roles()
        .fenced()
        .ifPresent(
            fenced ->
                console.line(
                    "After a failover: "
                        + primary
                        + " in "
                        + data.postgres(primary)
                        + " is the primary; "
                        + fenced
                        + " is fenced and is not started.\n          To have a standby again, move "
                        + data.postgres(fenced)
                        + " away: the next start makes a new one there"));
    var hooks = new FailoverHooks(source, opened, this::fenced, this::repointed);
    control =
        ControlServer.listen(settings.ports().of(PortPlan.CONTROL), keys.secret("hooks"), hooks);
    state.control(control.url(), keys.secret("hooks"));
    state.source(
        "jdbc:postgresql://127.0.0.1:" + opened.port() + "/" + SourceServers.DATABASE,
        SourceServers.OWNER,
        keys.secretFile("app"));
    state.administrator(EmbeddedPostgres.SUPERUSER, keys.secretFile("postgres"));
  }

  private void fenced(String server) {
    console.line("The PostgreSQL server '" + server + "' is fenced");
    part(server).ifPresent(Part::leave);
  }

  private void repointed(SourceServers source, Endpoint.Target target) {
    console.line("Clients are sent to " + target.host() + ":" + target.port());
    boolean movedToStandby =
        source
            .roles()
            .standby()
            .filter(standby -> source.port(standby) == target.port())
            .isPresent();
    if (movedToStandby && source.isFenced(source.roles().primary())) {
      state.promoted();
    }
  }

  private synchronized Optional<Part> part(String name) {
    return Optional.ofNullable(servers.get(name));
  }

  private Part add(
      String name, Part.Starter starter, java.util.function.BooleanSupplier restartable) {
    var part = new Part(name, starter, restartable, new Listener(), clock);
    synchronized (this) {
      if (stopping.get()) {
        throw new StandaloneException(name + " isn't started: everything is being stopped.");
      }
      servers.put(name, part);
    }
    return part;
  }

  private void startKafka() {
    if (settings.kafka().isPresent()) {
      state.kafka(settings.kafka().get());
      return;
    }
    var ports = settings.ports();
    var options =
        new EmbeddedKafka.Options(
            data.kafka(),
            ports.of(PortPlan.KAFKA),
            ports.of(PortPlan.KAFKA_CONTROLLER),
            data.log("kafka"),
            List.of(
                "-Xmx384m", "-XX:TieredStopAtLevel=1", "-Xss512k", "-XX:+UseCompactObjectHeaders"));
    var kafka = EmbeddedKafka.of(options);
    state.kafka("127.0.0.1:" + ports.of(PortPlan.KAFKA));
    add(
            "kafka",
            () -> {
              kafka.start();
              return kafka.process();
            },
            () -> true)
        .start();
    console.ready("kafka", kafka.bootstrapServers());
  }

  private void startS3(List<Region> regions) {
    var endpoints =
        regions.stream()
            .filter(Region::embedded)
            .map(
                region ->
                    new EmbeddedS3.Endpoint(
                        settings.ports().of(PortPlan.s3(region.id())),
                        data.s3(region.id()),
                        region.accessKey(),
                        region.secretKey(),
                        List.of(region.bucket())))
            .toList();
    if (endpoints.isEmpty()) {
      return;
    }
    var lines = new LinkedHashMap<String, String>();
    S3Main.properties(endpoints)
        .forEach((key, value) -> lines.put(key.toString(), value.toString()));
    DataFolder.writePrivately(data.configuration("s3"), ServiceConfiguration.text(lines));
    var words =
        new ArrayList<>(
            JavaCommand.of(
                List.of("-Xmx256m", "-Xss512k", "-XX:+UseCompactObjectHeaders"),
                S3Main.class.getName()));
    words.add(data.configuration("s3").toString());
    int[] ports = endpoints.stream().mapToInt(EmbeddedS3.Endpoint::port).toArray();
    add("s3", () -> launchListener("s3", words, ports), () -> true).start();
    console.ready(
        "s3",
        regions.stream()
            .filter(Region::embedded)
            .map(
                region ->
                    region.id() + " 127.0.0.1:" + settings.ports().of(PortPlan.s3(region.id())))
            .collect(Collectors.joining(", ")));
  }

  private ChildProcess launchListener(String name, List<String> words, int[] ports) {
    var child = launch(name, words);
    long end = System.nanoTime() + READY_WITHIN.toNanos();
    for (int port : ports) {
      while (Ports.isFree(port)) {
        if (!child.isAlive() || System.nanoTime() > end) {
          child.kill9();
          throw new StandaloneException(
              name
                  + " doesn't start; it said:\n"
                  + child.logTail(12)
                  + "\nHINT: See "
                  + child.log());
        }
        Readiness.sleep();
      }
    }
    return child;
  }

  private ChildProcess launch(String name, List<String> words) {
    Path work = data.work(name);
    try {
      Files.createDirectories(work);
    } catch (IOException e) {
      throw new StandaloneException("The folder " + work + " can't be created: " + e, e);
    }
    return ChildProcess.start(
        new ChildProcess.Command(
            name,
            words,
            // glibc's default of eight arenas per core costs more memory than it saves time here.
            Map.of("MALLOC_ARENA_MAX", "2"),
            work,
            data.log(name),
            ChildProcess.StopSignal.TERM,
            Duration.ofSeconds(20)));
  }

  private Settings.ControlDatabase startControlDatabase(StackKeys keys) {
    var external = settings.control();
    if (external.isPresent()) {
      createDatabases(external.get(), Optional.empty());
      return external.get();
    }
    var options =
        EmbeddedPostgres.Options.in(data.postgres("control"))
            .port(settings.ports().of(PortPlan.CONTROL_DATABASE))
            .password(keys.secret("control"))
            .setting("wal_level", "replica")
            .setting("max_connections", "60")
            .log(data.log("postgres-control"));
    var server = EmbeddedPostgres.of(options);
    add(
            PortPlan.CONTROL_DATABASE,
            () -> {
              server.start();
              return server.process();
            },
            () -> true)
        .start();
    state.postgres("control", server.port(), server.folder());
    String address = "jdbc:postgresql://127.0.0.1:" + server.port();
    createDatabases(
        new Settings.ControlDatabase(address, EmbeddedPostgres.SUPERUSER, keys.secret("control")),
        Optional.of(keys.secret("control-services")));
    console.ready("control database", "127.0.0.1:" + server.port());
    return new Settings.ControlDatabase(address, CONTROL_ROLE, keys.secret("control-services"));
  }

  /**
   * Creates what is missing: the services' databases and, on our own server, the role that owns
   * them.
   */
  private static void createDatabases(
      Settings.ControlDatabase server, Optional<Secret> rolePassword) {
    try (var connection =
            DriverManager.getConnection(
                server.server() + "/postgres", server.user(), server.password().reveal());
        var statement = connection.createStatement()) {
      if (rolePassword.isPresent() && !exists(statement, "pg_roles", "rolname", CONTROL_ROLE)) {
        statement.execute(
            "CREATE ROLE "
                + CONTROL_ROLE
                + " LOGIN PASSWORD '"
                + rolePassword.get().reveal()
                + "'");
      }
      for (var service : Service.values()) {
        if (service.database().isPresent()
            && !exists(statement, "pg_database", "datname", service.database().get())) {
          statement.execute(
              "CREATE DATABASE "
                  + service.database().get()
                  + (rolePassword.isPresent() ? " OWNER " + CONTROL_ROLE : ""));
        }
      }
    } catch (SQLException e) {
      throw new StandaloneException(
          "The control database "
              + server.server()
              + " can't be prepared: "
              + e.getMessage()
              + "\nHINT: Its user must be able to connect to the database 'postgres' and to create databases.",
          e);
    }
  }

  private static boolean exists(
      java.sql.Statement statement, String table, String column, String name) throws SQLException {
    try (var rows =
        statement.executeQuery(
            "SELECT 1 FROM " + table + " WHERE " + column + " = '" + name + "'")) {
      return rows.next();
    }
  }

  private void startSource(SourceServers source, StackKeys keys) {
    var roles = source.roles();
    startServer(
        source, roles.primary(), roles.awaitsPromotion() ? "standby to be promoted" : "primary");
    roles.standby().ifPresent(standby -> startServer(source, standby, "standby"));
  }

  private void startServer(SourceServers source, String name, String role) {
    state.postgres(
        role.equals("standby") ? "standby" : "primary", source.port(name), data.postgres(name));
    add(
            name,
            () -> source.start(name).process(),
            // A dead primary is for the failover to handle; without a standby, starting it again is
            // all that helps.
            () -> !source.isFenced(name) && (!source.isPrimary(name) || !hasStandby(source, name)))
        .start();
    console.ready("postgres " + role, "127.0.0.1:" + source.port(name));
  }

  private static boolean hasStandby(SourceServers source, String primary) {
    return Roles.SERVERS.stream()
        .anyMatch(
            other ->
                !other.equals(primary)
                    && !source.isFenced(other)
                    && !source.isPrimary(other)
                    && source.server(other).isPresent());
  }

  private ServiceConfiguration configuration(
      Settings.ControlDatabase database,
      List<Region> regions,
      StackKeys keys,
      @Nullable SourceServers embedded) {
    return new ServiceConfiguration(
        settings.ports(),
        settings.kafka().orElse("127.0.0.1:" + settings.ports().of(PortPlan.KAFKA)),
        database,
        regions,
        embedded == null ? external(settings.source().orElseThrow()) : embedded(embedded, keys),
        new ServiceConfiguration.Keys(
            keys.identity().toString(),
            keys.recipients().toString(),
            keys.signing().toString(),
            keys.signers().toString()),
        data.work(Service.WORKER.module()).toString(),
        settings.extra());
  }

  private ServiceConfiguration.Source embedded(SourceServers source, StackKeys keys) {
    var roles = source.roles();
    int primary = source.port(roles.primary());
    String other = roles.standby().or(roles::fenced).orElseThrow();
    String controlUrl = "http://127.0.0.1:" + settings.ports().of(PortPlan.CONTROL);
    return new ServiceConfiguration.Source(
        "jdbc:postgresql://127.0.0.1:"
            + primary
            + ",127.0.0.1:"
            + source.port(other)
            + "/"
            + SourceServers.DATABASE,
        SourceServers.PROTECTION,
        keys.secret("holdfast"),
        Settings.SCHEMAS,
        Settings.EXCLUDE,
        url(primary),
        roles.standby().map(standby -> url(source.port(standby))),
        Optional.of(controlUrl + "/servers/" + roles.primary() + "/fence"),
        Optional.of(controlUrl + "/endpoints/main"),
        Optional.of(url(settings.ports().of(PortPlan.ENDPOINT))),
        Optional.of(keys.secret("hooks")),
        Optional.of(
            new ServiceConfiguration.Target(EmbeddedPostgres.SUPERUSER, keys.secret("postgres"))));
  }

  private static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + SourceServers.DATABASE;
  }

  private static ServiceConfiguration.Source external(Settings.Source source) {
    return new ServiceConfiguration.Source(
        source.url(),
        source.user(),
        source.password(),
        source.schemas(),
        source.exclude(),
        source.url(),
        source.standbyUrl(),
        source.fencingUrl(),
        source.endpointUrl(),
        Optional.empty(),
        source.hookToken(),
        Optional.of(new ServiceConfiguration.Target(source.user(), source.password())));
  }

  private void startService(Service service, ServiceConfiguration configuration) {
    String name = service.module();
    Path file = data.configuration(name);
    DataFolder.writePrivately(file, ServiceConfiguration.text(configuration.of(service)));
    var words = JavaCommand.ofJar(ServiceJvm.options(service, file), artifact(service));
    var part = new Part(name, () -> launch(name, words), () -> true, new Listener(), clock);
    synchronized (this) {
      if (stopping.get()) {
        return;
      }
      services.put(service, part);
    }
    int port = settings.ports().of(service);
    state.service(name, "http://127.0.0.1:" + port);
    part.start();
    readiness.awaitReady(part, port, READY_WITHIN, stopping::get);
    if (!stopping.get()) {
      console.ready(name, "http://127.0.0.1:" + port);
    }
  }

  private void awaitProtection() {
    var worker = services.get(Service.WORKER);
    var watch = new ProtectionWatch(readiness, settings.ports().of(Service.WORKER), console);
    while (!stopping.get() && !watch.isProtected(worker)) {
      Readiness.sleep();
    }
  }

  /** Waits for all; the first failure counts, the rest is stopped by whoever called. */
  private static void awaitAll(List<CompletableFuture<?>> tasks) {
    var failed = new CompletableFuture<Void>();
    tasks.forEach(
        task ->
            task.whenComplete(
                (done, e) -> {
                  if (e != null) {
                    failed.completeExceptionally(
                        e instanceof CompletionException && e.getCause() != null
                            ? e.getCause()
                            : e);
                  }
                }));
    try {
      CompletableFuture.anyOf(
              failed, CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new)))
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static void inParallel(List<Runnable> tasks) {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      tasks.forEach(executor::submit);
    }
  }

  private final class Listener implements Part.Listener {

    @Override
    public void started(Part part) {
      var process = part.process().orElseThrow();
      state.process(pointer(part), process, part.restarts());
      if (part.restarts() > 0) {
        console.line(part.name() + " runs again (process " + process.pid() + ")");
      }
    }

    @Override
    public void ended(Part part, int exitCode, Optional<Duration> restartIn) {
      state.ended(pointer(part), exitCode);
      console.line(
          part.name()
              + " ended by itself (exit code "
              + exitCode
              + "); "
              + restartIn
                  .map(pause -> "starting it again in " + pause.toSeconds() + " s")
                  .orElse("it is not started again: that is for the failover to decide")
              + "; its log: "
              + part.process().map(child -> child.log().toString()).orElse(""));
    }

    @Override
    public void restartFailed(Part part, String reason, Duration nextIn) {
      console.line(
          part.name()
              + " can't be started again: "
              + reason
              + "\n          Next try in "
              + nextIn.toSeconds()
              + " s");
    }

    private String pointer(Part part) {
      return switch (part.name()) {
        case "kafka", "s3" -> "/" + part.name();
        case PortPlan.CONTROL_DATABASE -> "/postgres/control";
        case PortPlan.PRIMARY, PortPlan.STANDBY ->
            "/postgres/" + state.roleOf(data.postgres(part.name()), part.name());
        default -> "/services/" + part.name();
      };
    }
  }
}
