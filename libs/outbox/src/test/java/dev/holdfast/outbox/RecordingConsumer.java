/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.outbox;

import dev.holdfast.events.BackupEvent;
import dev.holdfast.events.BackupEvent.CaptureStateChanged;
import dev.holdfast.messaging.Deliveries;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Writes what it is given into a table; fails as often as a test has asked for. */
@ApplicationScoped
class RecordingConsumer {

  static final Map<String, Integer> FAILURES = new ConcurrentHashMap<>();

  @Inject Deliveries deliveries;
  @Inject Inbox inbox;

  @Incoming("backup-events")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        BackupEvent.class,
        event -> {
          String detail = ((CaptureStateChanged) event.data()).detail();
          return inbox.once(
              event, () -> write(event.id(), detail).chain(() -> failAsAsked(detail)));
        });
  }

  private static Uni<Integer> write(String id, String detail) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createNativeQuery("INSERT INTO handled (event_id, detail) VALUES (?1, ?2)")
                    .setParameter(1, id)
                    .setParameter(2, detail)
                    .executeUpdate());
  }

  private static Uni<Void> failAsAsked(String detail) {
    Integer left = FAILURES.computeIfPresent(detail, (d, n) -> n - 1);
    return left == null || left < 0
        ? Uni.createFrom().voidItem()
        : Uni.createFrom().failure(new IllegalStateException("asked to fail " + detail));
  }
}
