/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.watch;

import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.EventPublisher;
import dev.holdfast.monitor.probe.PostgresAccess;
import dev.holdfast.monitor.probe.PostgresProbes;
import dev.holdfast.monitor.trigger.Sampling;
import dev.holdfast.monitor.trigger.Trigger;
import dev.holdfast.monitor.trigger.TriggerTable;
import dev.holdfast.monitor.verdict.Roles;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.service.SourcesConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/** Runs the rounds on a thread of its own, one at a time, from start to stop. */
@ApplicationScoped
public class MonitorService {

  private static final Logger LOG = Logger.getLogger(MonitorService.class);

  private final PostgresProbes probes;
  private final Round round;
  private final Duration interval;
  private final Thread thread;

  @Inject
  MonitorService(
      MonitorConfig config, SourcesConfig sources, EventPublisher publisher, InstantSource clock) {
    Map<String, PostgresAccess> servers = new LinkedHashMap<>();
    Roles roles = roles(config, sources, servers);
    // Connecting, signing in and two questions, each with the timeout of its own.
    Duration slowest = config.timeout().multipliedBy(3);
    this.interval = config.interval();
    this.probes = new PostgresProbes(servers, slowest, clock);
    this.round =
        new Round(
            config.source(),
            roles,
            table(config),
            Sampling.every(interval, slowest),
            probes,
            (message, correlation) -> publisher.publish(message, Correlation.of(correlation)),
            clock);
    this.thread = Thread.ofPlatform().name("monitor").daemon().unstarted(this::rounds);
  }

  private static Roles roles(
      MonitorConfig config, SourcesConfig sources, Map<String, PostgresAccess> servers) {
    SourcesConfig.Source source = sources.sources().get(config.source());
    if (source == null) {
      throw new IllegalArgumentException(
          "holdfast.monitor.source = "
              + config.source()
              + " is no configured source; configured are "
              + new TreeSet<>(sources.sources().keySet()));
    }
    Credentials credentials =
        new Credentials(
            config.user().orElse(source.user()),
            config
                .password()
                .or(source::password)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "no password: set holdfast.monitor.password or holdfast.sources."
                                + config.source()
                                + ".password")));
    DatabaseUrl whole = DatabaseUrl.parse(source.url());
    DatabaseUrl primary =
        config
            .primaryUrl()
            .map(DatabaseUrl::parse)
            .orElseGet(() -> whole.on(whole.servers().getFirst()));
    DatabaseUrl standby =
        config
            .standbyUrl()
            .map(DatabaseUrl::parse)
            .orElseGet(
                () -> whole.servers().size() > 1 ? whole.on(whole.servers().get(1)) : primary);
    for (DatabaseUrl url : java.util.List.of(primary, standby)) {
      PostgresAccess access = new PostgresAccess(url, credentials, config.timeout());
      servers.put(access.server(), access);
    }
    String first = primary.servers().getFirst().toString();
    String second = standby.servers().getFirst().toString();
    if (first.equals(second)) {
      LOG.warnf(
          "no standby is configured for source %s (holdfast.monitor.standby-url): with one signal"
              + " only, a failure is shown and never acted on",
          config.source());
      second = "no-standby";
    }
    return Roles.configured(first, second);
  }

  private static TriggerTable table(MonitorConfig config) {
    TriggerTable table =
        config.triggerTable().map(MonitorService::read).orElseGet(TriggerTable::shipped);
    Set<String> unknown = new HashSet<>(config.triggers().keySet());
    table.triggers().stream().map(Trigger::id).forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "holdfast.monitor.triggers." + unknown.iterator().next() + " is no trigger of the table");
    }
    return new TriggerTable(
        table.triggers().stream()
            .map(
                trigger -> {
                  MonitorConfig.TriggerSettings settings = config.triggers().get(trigger.id());
                  return settings == null
                      ? trigger
                      : settings.duration().map(trigger::lasting).orElse(trigger);
                })
            .toList());
  }

  private static TriggerTable read(Path file) {
    try {
      return TriggerTable.parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("trigger table " + file + " cannot be read", e);
    }
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    thread.interrupt();
    probes.close();
    thread.join(Duration.ofSeconds(2));
  }

  private void rounds() {
    long next = System.nanoTime();
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          round.run();
        } catch (RuntimeException e) {
          // A failed round is silence: conditions see the gap and decide nothing.
          LOG.error("a round of probes failed", e);
        }
        next = Math.max(next + interval.toNanos(), System.nanoTime());
        Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Round round() {
    return round;
  }
}
