/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.slot;

import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.EventPublisher;
import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.base.SlotName;
import dev.holdfast.service.SourcesConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/** Watches the slot of every source, each on a thread of its own, from start to stop. */
@ApplicationScoped
public class SlotService {

  private static final Logger LOG = Logger.getLogger(SlotService.class);

  private final List<SlotWatch> watches = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Duration interval;

  SlotService(
      SlotConfig config, SourcesConfig sources, EventPublisher publisher, InstantSource clock) {
    this.interval = config.interval();
    SlotPolicy policy =
        new SlotPolicy(
            config.alert().asLongValue(),
            config
                .giveUp()
                .map(size -> OptionalLong.of(size.asLongValue()))
                .orElseGet(OptionalLong::empty));
    sources
        .sources()
        .forEach(
            (id, source) ->
                watches.add(
                    new SlotWatch(
                        id,
                        SlotName.of(id),
                        access(id, source),
                        policy,
                        (message, correlation) ->
                            publisher.publish(message, Correlation.of(correlation)),
                        clock)));
  }

  private static SlotAccess access(SourceId id, SourcesConfig.Source source) {
    return new PostgresSlotAccess(
        Connections.to(
                DatabaseUrl.parse(source.url()),
                new Credentials(source.user(), source.password().orElseGet(() -> new Secret(""))))
            .named("holdfast-monitor"),
        SlotName.of(id));
  }

  void start(@Observes StartupEvent event) {
    for (SlotWatch watch : watches) {
      threads.add(Thread.ofVirtual().name("slot-watch").start(() -> watch(watch)));
    }
  }

  void stop(@Observes ShutdownEvent event) {
    threads.forEach(Thread::interrupt);
  }

  private void watch(SlotWatch watch) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          watch.look();
        } catch (RuntimeException e) {
          LOG.error("a look at a slot failed", e);
        }
        Thread.sleep(interval);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  List<SlotView> slots() {
    return watches.stream().map(SlotWatch::view).flatMap(Optional::stream).toList();
  }
}
