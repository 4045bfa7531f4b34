/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.question;

import dev.holdfast.events.MessageCodec;
import dev.holdfast.events.RecoveryCommand.Question;
import dev.holdfast.events.RecoveryEvent.Answer;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.recovery.store.PostgresRunStore;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What was asked, in PostgreSQL, until it is answered. */
@ApplicationScoped
public class QuestionStore {

  /**
   * Something that was asked and is not answered.
   *
   * @param attempts that were begun before
   */
  record Pending(Question asked, int attempts, Correlation correlation) {}

  private final MessageCodec codec = new MessageCodec();
  private final PostgresRunStore store;

  QuestionStore(PostgresRunStore store) {
    this.store = store;
  }

  /** Adds a question, once; joins the caller's transaction. */
  public Uni<Void> ask(Question command, Correlation correlation) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createNativeQuery(
                        "INSERT INTO question (id, attempts, type, asked, correlation, trace,"
                            + " asked_at) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6)"
                            + " ON CONFLICT DO NOTHING")
                    .setParameter(1, command.run().value())
                    .setParameter(2, MessageCodec.type(command.getClass()))
                    .setParameter(3, new String(codec.encode(command), StandardCharsets.UTF_8))
                    .setParameter(4, correlation.id())
                    .setParameter(5, correlation.trace())
                    .setParameter(6, command.requestedAt())
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
                                "FROM QuestionRow ORDER BY askedAt, id", QuestionRow.class)
                            .setMaxResults(1)
                            .getSingleResultOrNull())
                .map(row -> Optional.ofNullable(row).map(this::begun)));
  }

  private Pending begun(QuestionRow row) {
    return new Pending(
        (Question) codec.decode(row.type, row.asked.getBytes(StandardCharsets.UTF_8)),
        row.attempts++,
        new Correlation(row.correlation, row.trace));
  }

  /** Answers, once: the request is gone with the transaction that has the answer. */
  void answer(Answer answer, Correlation correlation) {
    store.inTransaction(
        () ->
            Panache.getSession()
                .chain(
                    session ->
                        session
                            .createMutationQuery("DELETE FROM QuestionRow WHERE id = :id")
                            .setParameter("id", answer.run().value())
                            .executeUpdate())
                .chain(
                    removed ->
                        removed == 0
                            ? Uni.createFrom().voidItem()
                            : store.send(List.of(answer), correlation)));
  }
}
