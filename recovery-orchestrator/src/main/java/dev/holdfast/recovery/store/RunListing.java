/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.RunId;
import dev.holdfast.recovery.run.Run;
import io.quarkus.hibernate.reactive.panache.Panache;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs for people to look at, newest first; calls block. */
@ApplicationScoped
public class RunListing {

  /**
   * A run with how far its long operation is.
   *
   * @param progress empty before the first long operation
   */
  public record Shown(Run run, Optional<JsonNode> progress) {}

  /** Which runs; an empty field means any. */
  public record Filter(
      Optional<String> source, Optional<String> procedure, Optional<Run.State> state) {}

  private final PostgresRunStore store;

  RunListing(PostgresRunStore store) {
    this.store = store;
  }

  public Optional<Shown> find(RunId id) {
    return rows("id = :id", List.of(new Condition("id", id.value())), 1).stream().findFirst();
  }

  public List<Shown> list(Filter filter, int limit) {
    List<String> where = new ArrayList<>();
    List<Condition> conditions = new ArrayList<>();
    filter.source().ifPresent(it -> add(where, conditions, "source", it));
    filter.procedure().ifPresent(it -> add(where, conditions, "procedure", it));
    filter.state().ifPresent(it -> add(where, conditions, "state", PostgresRunStore.wire(it)));
    return rows(where.isEmpty() ? "1 = 1" : String.join(" AND ", where), conditions, limit);
  }

  private record Condition(String field, String value) {}

  private static void add(
      List<String> where, List<Condition> conditions, String field, String value) {
    where.add(field + " = :" + field);
    conditions.add(new Condition(field, value));
  }

  private List<Shown> rows(String where, List<Condition> conditions, int limit) {
    return store.inTransaction(
        () ->
            Panache.getSession()
                .chain(
                    session -> {
                      var query =
                          session.createSelectionQuery(
                              "FROM RunRow WHERE " + where + " ORDER BY startedAt DESC, id DESC",
                              RunRow.class);
                      conditions.forEach(it -> query.setParameter(it.field(), it.value()));
                      return query.setMaxResults(limit).getResultList();
                    })
                .map(rows -> rows.stream().map(RunListing::shown).toList()));
  }

  private static Shown shown(RunRow row) {
    return new Shown(RunJson.run(row.body), Optional.ofNullable(row.progress).map(RunJson::tree));
  }
}
