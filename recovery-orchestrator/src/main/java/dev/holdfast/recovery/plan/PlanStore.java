/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.plan;

import dev.holdfast.events.RecoveryCommand.PlanRestore;
import dev.holdfast.events.RecoveryEvent.RestorePlanned;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.recovery.store.PostgresRunStore;
import dev.holdfast.recovery.store.RunJson;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Plans that were asked for, in PostgreSQL, until they are answered. */
@ApplicationScoped
public class PlanStore {

  /**
   * A plan that was asked for and is not answered.
   *
   * @param attempts that were begun before
   */
  record Pending(PlanRestore asked, int attempts, Correlation correlation) {}

  private final PostgresRunStore store;

  PlanStore(PostgresRunStore store) {
    this.store = store;
  }

  /** Adds a plan to make, once; joins the caller's transaction. */
  public Uni<Void> ask(PlanRestore command, Correlation correlation) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createNativeQuery(
                        "INSERT INTO restore_plan (id, attempts, asked, correlation, trace,"
                            + " asked_at) VALUES (?1, 0, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING")
                    .setParameter(1, command.run().value())
                    .setParameter(2, RunJson.write(command))
                    .setParameter(3, correlation.id())
                    .setParameter(4, correlation.trace())
                    .setParameter(5, command.requestedAt())
                    .executeUpdate())
        .replaceWithVoid();
  }

  /** The oldest one; that it is begun once more is noted. */
  Optional<Pending> begin() {
    return store.inTransaction(
        () ->
            Panache.getSession()
                .chain(
                    session ->
                        session
                            .createSelectionQuery(
                                "FROM PlanRow ORDER BY askedAt, id", PlanRow.class)
                            .setMaxResults(1)
                            .getSingleResultOrNull())
                .map(row -> Optional.ofNullable(row).map(PlanStore::begun)));
  }

  private static Pending begun(PlanRow row) {
    return new Pending(
        RunJson.parse(row.asked, PlanRestore.class),
        row.attempts++,
        new Correlation(row.correlation, row.trace));
  }

  /** Answers, once: the request is gone with the transaction that has the answer. */
  void answer(RestorePlanned answer, Correlation correlation) {
    store.inTransaction(
        () ->
            Panache.getSession()
                .chain(
                    session ->
                        session
                            .createMutationQuery("DELETE FROM PlanRow WHERE id = :id")
                            .setParameter("id", answer.run().value())
                            .executeUpdate())
                .chain(
                    removed ->
                        removed == 0
                            ? Uni.createFrom().voidItem()
                            : store.send(List.of(answer), correlation)));
  }
}
