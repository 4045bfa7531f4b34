/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Everything that runs: starts it in parallel as far as parts don't need each other, keeps it
 * running, stops it in order.
 */
final class Stack implements AutoCloseable {

  private final Surroundings around;
  private final Parts parts;
  private final SourceHooks hooks;
  private final Services services;
  private final Readiness readiness = new Readiness();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);

  Stack(DataFolder data, Settings settings, Path home, Console console, InstantSource clock) {
    this.around =
        new Surroundings(data, settings, home, console, clock, new StackState(data.state(), clock));
    this.parts = new Parts(around);
    this.hooks = new SourceHooks(around, parts);
    this.services = new Services(around, parts, readiness, stopping::get);
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
    services.requireArtifacts();
    awaitFormerRun();
    around.state().state("starting");
    around.console().plain("Holdfast starts in " + around.data().root());
    around.ports().requireFree(around.settings().embeddedPorts());
    var keys = StackKeys.open(around.data());
    var accounts = CatalogAccounts.open(around.data(), keys, around.console());
    around.state().account(CatalogAccounts.ADMIN, accounts.passwordFile());
    var embeddedSource =
        around.settings().source().isEmpty()
            ? new SourceServers(around.data(), around.ports(), keys, around.clock())
            : null;
    var regions = Region.all(around.settings(), keys);
    keys.writeAwsCredentials(regions);
    around.state().identity(keys.identity());
    around.state().regions(regions, keys.awsCredentials());
    if (embeddedSource != null) {
      hooks.open(embeddedSource, keys);
    }

    var servers = new Servers(around, parts);
    var wiring = new ServiceWiring(around);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var kafka = CompletableFuture.runAsync(servers::startKafka, executor);
      var s3 = CompletableFuture.runAsync(() -> servers.startS3(regions), executor);
      var controlDatabase =
          CompletableFuture.supplyAsync(
              () -> new ControlDatabaseServer(around, parts).start(keys), executor);
      var source =
          CompletableFuture.runAsync(
              () -> {
                if (embeddedSource != null) {
                  servers.startSource(embeddedSource);
                }
                withSource.run();
              },
              executor);
      var configured =
          controlDatabase.thenApplyAsync(
              database -> wiring.configuration(database, regions, keys, accounts, embeddedSource),
              executor);
      var all = new ArrayList<CompletableFuture<?>>(List.of(kafka, s3, controlDatabase, source));
      for (var service : Service.values()) {
        var needs =
            switch (service) {
              case CATALOG, SCHEDULER, REPLICATION ->
                  CompletableFuture.allOf(kafka, s3, configured);
              case WORKER, MONITOR, ORCHESTRATOR ->
                  CompletableFuture.allOf(kafka, s3, configured, source);
            };
        all.add(needs.thenRunAsync(() -> services.start(service, configured.join()), executor));
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
      around.state().state("ready");
    }
  }

  /** What to say when all is ready. */
  String summary() {
    var ports = around.ports();
    var text = new StringBuilder("Ready: the source is protected.\n\n");
    if (hooks.port().isPresent()) {
      text.append("  database     jdbc:postgresql://127.0.0.1:")
          .append(hooks.port().get())
          .append('/')
          .append(SourceServers.DATABASE)
          .append("  (user ")
          .append(SourceServers.OWNER)
          .append(", password in ")
          .append(around.data().keys().resolve("app.password"))
          .append(")\n");
    }
    text.append("  dashboards   http://127.0.0.1:")
        .append(ports.of(Service.CATALOG))
        .append("/  (user ")
        .append(CatalogAccounts.ADMIN)
        .append(", password in ")
        .append(around.data().keys().resolve(CatalogAccounts.ADMIN + ".password"))
        .append(")\n\n");
    for (var service : Service.values()) {
      text.append(
          String.format(
              java.util.Locale.ROOT,
              "  %-20s http://127.0.0.1:%d%n",
              service.module(),
              ports.of(service)));
    }
    text.append("\n  identity     ")
        .append(around.data().keys().resolve("identity.key"))
        .append("  (keep a copy elsewhere: only it can restore)\n");
    text.append("  logs         ").append(around.data().root().resolve("logs")).append('\n');
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
    return Region.all(around.settings(), StackKeys.open(around.data())).stream()
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
    return parts.find(name).flatMap(Part::process);
  }

  /** Kills a part with -9 and starts it again at once. */
  void restart(String name) {
    parts
        .find(name)
        .orElseThrow(() -> new StandaloneException("No process of " + name + " was started."))
        .restart();
  }

  /** Kills parts with -9 and never starts them again. */
  void lose(List<String> names) {
    parts.lose(names);
  }

  private void awaitStopped() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopAll() {
    parts.close();
    around.state().state("stopping");
    around.console().line("Stopping the services");
    parts.stopServices();
    hooks.close();
    around.console().line("Stopping Kafka, S3 and PostgreSQL");
    parts.stopServers();
    around.state().state("stopped");
    around.console().line("Stopped; 'holdfast up' on the same folder carries on");
  }

  /**
   * Processes of a run whose supervisor was killed are still stopping: two must never share a
   * folder.
   */
  private void awaitFormerRun() {
    for (var known :
        Running.read(around.data().state()).map(Running::processes).orElse(List.of())) {
      known
          .alive()
          .ifPresent(
              process -> {
                around
                    .console()
                    .line(
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

  private void awaitProtection() {
    var worker = parts.find(Service.WORKER.module()).orElseThrow();
    var watch = new ProtectionWatch(readiness, around.ports().of(Service.WORKER), around.console());
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
}
