/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.events.MessageCodec;
import dev.holdfast.events.RecoveryCommand.Question;
import dev.holdfast.events.RecoveryEvent.Answer;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/**
 * Keeps dry runs and their answers for a day: what they say is true of a moment. Runs in the
 * caller's transaction where nothing else is said.
 */
@ApplicationScoped
public class QuestionProjection {

  private static final Logger LOG = Logger.getLogger(QuestionProjection.class);
  private static final Duration KEPT = Duration.ofDays(1);

  private final MessageCodec codec = new MessageCodec();
  private final InstantSource clock;

  QuestionProjection(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Something that the orchestrator is about to be asked.
   *
   * @return false when it was asked for before: nothing changed
   */
  Uni<Boolean> asked(Question command) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createNativeQuery(
                        """
                        insert into question (id, source, type, requested_by, requested_at)
                        values (:id, :source, :type, :by, :at)
                        on conflict (id) do nothing
                        """)
                    .setParameter("id", command.run().value())
                    .setParameter("source", command.source().value())
                    .setParameter("type", MessageCodec.type(command.getClass()))
                    .setParameter("by", command.requestedBy())
                    .setParameter("at", command.requestedAt())
                    .executeUpdate())
        .map(inserted -> inserted == 1);
  }

  /** The first answer counts; one to a question that is gone, or was never asked here, does not. */
  public Uni<Void> answered(Answer event) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createMutationQuery(
                        "update QuestionRow set answer = :answer where id = :id and answer is null")
                    .setParameter("answer", new String(codec.encode(event), StandardCharsets.UTF_8))
                    .setParameter("id", event.run().value())
                    .executeUpdate())
        .replaceWithVoid();
  }

  /** Removes old ones, in a transaction of its own. */
  @Scheduled(
      every = "10m",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> forgetOld() {
    return Panache.withTransaction(
            () ->
                Panache.getSession()
                    .flatMap(
                        session ->
                            session
                                .createMutationQuery(
                                    "delete from QuestionRow where requestedAt < :old")
                                .setParameter("old", clock.instant().minus(KEPT))
                                .executeUpdate()))
        .onFailure()
        .invoke(e -> LOG.warnf("old answers cannot be removed, tried again: %s", e.getMessage()))
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }
}
