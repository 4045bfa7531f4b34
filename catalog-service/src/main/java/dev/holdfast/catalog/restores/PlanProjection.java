/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.events.MessageCodec;
import dev.holdfast.events.RecoveryCommand.PlanRestore;
import dev.holdfast.events.RecoveryEvent.RestorePlanned;
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
public class PlanProjection {

  private static final Logger LOG = Logger.getLogger(PlanProjection.class);
  private static final Duration KEPT = Duration.ofDays(1);

  private final MessageCodec codec = new MessageCodec();
  private final InstantSource clock;

  PlanProjection(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * A plan that the orchestrator is about to be asked for.
   *
   * @return false when it was asked for before: nothing changed
   */
  Uni<Boolean> requested(PlanRestore command) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createNativeQuery(
                        """
                        insert into restore_plan (id, source, requested_by, requested_at)
                        values (:id, :source, :by, :at)
                        on conflict (id) do nothing
                        """)
                    .setParameter("id", command.run().value())
                    .setParameter("source", command.order().source().value())
                    .setParameter("by", command.requestedBy())
                    .setParameter("at", command.requestedAt())
                    .executeUpdate())
        .map(inserted -> inserted == 1);
  }

  /** The first answer counts; one to a plan that is gone, or was never asked for here, does not. */
  public Uni<Void> planned(RestorePlanned event) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createMutationQuery(
                        "update PlanRow set answer = :answer where id = :id and answer is null")
                    .setParameter("answer", new String(codec.encode(event), StandardCharsets.UTF_8))
                    .setParameter("id", event.run().value())
                    .executeUpdate())
        .replaceWithVoid();
  }

  /** Removes old plans, in a transaction of its own. */
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
                                .createMutationQuery("delete from PlanRow where requestedAt < :old")
                                .setParameter("old", clock.instant().minus(KEPT))
                                .executeUpdate()))
        .onFailure()
        .invoke(e -> LOG.warnf("old plans cannot be removed, tried again: %s", e.getMessage()))
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }
}
