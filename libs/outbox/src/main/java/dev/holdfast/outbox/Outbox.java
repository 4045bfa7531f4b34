/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.outbox;

import dev.holdfast.events.Message;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Messages that leave when, and only when, the transaction that wrote them commits. The relay sends
 * them in order per key, at least once.
 */
@ApplicationScoped
public class Outbox {

  private final Envelopes envelopes;
  private final OutboxRelay relay;
  private final InstantSource clock;

  @Inject
  public Outbox(Envelopes envelopes, OutboxRelay relay, InstantSource clock) {
    this.envelopes = envelopes;
    this.relay = relay;
    this.clock = clock;
  }

  /** Adds {@code message} to the current transaction ({@code Panache.withTransaction}). */
  public Uni<Void> add(Message message, Correlation correlation) {
    return Panache.currentTransaction()
        .invoke(Outbox::requireTransaction)
        .chain(Panache::getSession)
        .chain(session -> add(session, message, correlation));
  }

  /** Adds {@code message} to the transaction of {@code session}. */
  public Uni<Void> add(Mutiny.Session session, Message message, Correlation correlation) {
    Envelope envelope = envelopes.seal(message, correlation);
    // One transaction at a time adds to a key, until it ends: the order of the rows of a key is
    // the order of their commits, and the relay can trust it.
    return session
        .createNativeQuery("SELECT CAST(pg_advisory_xact_lock(hashtextextended(?1, 0)) AS text)")
        .setParameter(1, envelope.topic() + " " + envelope.key())
        .getSingleResultOrNull()
        .chain(() -> session.persist(new OutboxRow(envelope, clock.instant())))
        .invoke(relay::wake);
  }

  private static void requireTransaction(Mutiny.Transaction transaction) {
    if (transaction == null) {
      throw new IllegalStateException(
          "no transaction: an outbox message must be added within Panache.withTransaction");
    }
  }
}
