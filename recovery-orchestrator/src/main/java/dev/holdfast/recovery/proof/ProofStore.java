/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.proof;

import dev.holdfast.events.BackupEvent.ContentHashed;
import dev.holdfast.events.Message;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.recovery.store.PostgresRunStore;
import dev.holdfast.recovery.store.RunJson;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Proofs in PostgreSQL. A proof's end and the messages that tell of it are one transaction. */
@ApplicationScoped
public class ProofStore {

  /**
   * A proof that was asked for and has not ended.
   *
   * @param attempts that were begun before
   * @param superseded a newer one was asked for
   * @param differed the newest proof of the whole source that compared anything found a difference
   */
  record Pending(
      ContentHashed asked,
      int attempts,
      boolean superseded,
      boolean differed,
      Correlation correlation) {}

  private final PostgresRunStore store;

  ProofStore(PostgresRunStore store) {
    this.store = store;
  }

  /** Adds a proof, once; joins the caller's transaction. */
  public Uni<Void> ask(ContentHashed hashed, Correlation correlation) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createNativeQuery(
                        "INSERT INTO content_proof (id, source, narrows, state, attempts, asked,"
                            + " correlation, trace, read_at) VALUES (?1, ?2, NULLIF(?3, ''),"
                            + " 'pending', 0, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING")
                    .setParameter(1, hashed.proof())
                    .setParameter(2, hashed.source().value())
                    .setParameter(3, hashed.narrows().orElse(""))
                    .setParameter(4, RunJson.write(hashed))
                    .setParameter(5, correlation.id())
                    .setParameter(6, correlation.trace())
                    .setParameter(7, hashed.at())
                    .executeUpdate())
        .replaceWithVoid();
  }

  /** The oldest proof that has not ended; that it is begun once more is noted. */
  Optional<Pending> begin() {
    return store.inTransaction(
        () ->
            rows("state = 'pending' ORDER BY readAt, id", Optional.empty(), 1)
                .chain(
                    rows ->
                        rows.isEmpty()
                            ? Uni.createFrom().item(Optional.<Pending>empty())
                            : begun(rows.getFirst()).map(Optional::of)));
  }

  private static Uni<Pending> begun(ProofRow row) {
    int before = row.attempts;
    row.attempts = before + 1;
    return rows(
            "state = 'pending' AND narrows IS NULL AND source = :value ORDER BY readAt DESC, id DESC",
            Optional.of(row.source),
            1)
        .chain(
            newest ->
                rows(
                        "outcome IN ('PROVEN', 'DIFFERS') AND narrows IS NULL AND source = :value"
                            + " ORDER BY readAt DESC, id DESC",
                        Optional.of(row.source),
                        1)
                    .map(
                        last ->
                            new Pending(
                                RunJson.parse(row.asked, ContentHashed.class),
                                before,
                                row.narrows == null && !newest.getFirst().id.equals(row.id),
                                last.stream().anyMatch(it -> "DIFFERS".equals(it.outcome)),
                                new Correlation(row.correlation, row.trace))));
  }

  /** Ends a proof, and tells of it. */
  void finish(ProofReport report, List<Message> messages, Correlation correlation) {
    store.inTransaction(
        () ->
            Panache.getSession()
                .chain(
                    session ->
                        session
                            .createMutationQuery(
                                "UPDATE ProofRow SET state = 'done', outcome = :outcome, report = :report,"
                                    + " finishedAt = :at WHERE id = :id AND state = 'pending'")
                            .setParameter("outcome", report.outcome().name())
                            .setParameter("report", RunJson.write(report))
                            .setParameter("at", report.finishedAt())
                            .setParameter("id", report.id())
                            .executeUpdate())
                .chain(
                    changed ->
                        changed == 0
                            ? Uni.createFrom().voidItem()
                            : store.send(messages, correlation)));
  }

  /** What came of a proof. */
  public Optional<ProofReport> find(String id) {
    return reports("state = 'done' AND id = :value", Optional.of(id), 1).stream().findFirst();
  }

  /** Newest first. */
  public List<ProofReport> list(Optional<String> source, int limit) {
    return reports(
        "state = 'done'"
            + (source.isPresent() ? " AND source = :value" : "")
            + " ORDER BY readAt DESC, id DESC",
        source,
        limit);
  }

  private List<ProofReport> reports(String where, Optional<String> value, int limit) {
    return store.inTransaction(() -> rows(where, value, limit)).stream()
        .map(row -> RunJson.parse(String.valueOf(row.report), ProofReport.class))
        .toList();
  }

  private static Uni<List<ProofRow>> rows(String where, Optional<String> value, int limit) {
    return Panache.getSession()
        .chain(
            session -> {
              var query =
                  session.createSelectionQuery("FROM ProofRow WHERE " + where, ProofRow.class);
              value.ifPresent(it -> query.setParameter("value", it));
              return query.setMaxResults(limit).getResultList();
            });
  }
}
