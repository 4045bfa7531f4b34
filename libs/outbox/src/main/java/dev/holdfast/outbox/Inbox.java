/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.outbox;

import dev.holdfast.messaging.CloudEvent;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Remembers which events were handled. The note, the change of state and the outbox rows are one
 * transaction: an event that comes twice, also at the same time on two instances, works once.
 */
@ApplicationScoped
public class Inbox {

  private final InstantSource clock;

  @Inject
  public Inbox(InstantSource clock) {
    this.clock = clock;
  }

  /** Runs {@code work} in a transaction unless {@code event} was handled before. */
  public Uni<Void> once(CloudEvent<?> event, Supplier<? extends Uni<?>> work) {
    return once(event.id(), work);
  }

  /**
   * Runs {@code work} in a transaction unless {@code eventId} was handled before. When the work
   * fails, nothing of it and no note remains.
   */
  public Uni<Void> once(String eventId, Supplier<? extends Uni<?>> work) {
    return Panache.withTransaction(
        () -> note(eventId).chain(isNew -> isNew ? work.get().replaceWithVoid() : nothing()));
  }

  /** A second transaction with the same id waits here until the first one has ended. */
  private Uni<Boolean> note(String eventId) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createNativeQuery(
                        "INSERT INTO inbox (event_id, handled_at) VALUES (?1, ?2)"
                            + " ON CONFLICT (event_id) DO NOTHING")
                    .setParameter(1, eventId)
                    .setParameter(2, clock.instant())
                    .executeUpdate())
        .map(inserted -> inserted == 1);
  }

  private static Uni<Void> nothing() {
    return Uni.createFrom().voidItem();
  }
}
