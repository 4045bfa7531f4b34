/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.http;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A filtered, ordered, bounded query over one kind of row. */
public final class ListQuery<R> {

  private final Class<R> rows;
  private final List<String> conditions = new ArrayList<>();
  private final Map<String, Object> values = new LinkedHashMap<>();

  public ListQuery(Class<R> rows) {
    this.rows = rows;
  }

  /**
   * Adds a condition.
   *
   * @param condition HQL with one parameter called {@code name}
   */
  public ListQuery<R> where(String condition, String name, Object value) {
    conditions.add("(" + condition + ")");
    values.put(name, value);
    return this;
  }

  /** Adds a condition without a parameter. */
  public ListQuery<R> where(String condition) {
    conditions.add("(" + condition + ")");
    return this;
  }

  /** Adds a condition when there is a value for it. */
  public ListQuery<R> where(String condition, String name, Optional<?> value) {
    value.ifPresent(given -> where(condition, name, (Object) given));
    return this;
  }

  /**
   * Goes on where a page ended that is ordered by a time and the id, newest first.
   *
   * @param cursor of that page, as {@link Cursor#of} made it of both; null for the first page
   * @param time field of the row
   */
  public ListQuery<R> olderThan(@Nullable String cursor, String time) {
    Parameters.cursor(cursor, 2)
        .ifPresent(
            key -> {
              where(
                  time + " < :at or " + time + " = :at and id < :last",
                  "at",
                  Parameters.cursorTime(key.getFirst(), cursor));
              values.put("last", key.getLast());
            });
    return this;
  }

  /** Up to {@code limit + 1} rows, so that the caller knows whether more follow. */
  public Uni<List<R>> list(String order, int limit) {
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(
                    session -> {
                      var query =
                          session.createSelectionQuery(
                              "from "
                                  + rows.getSimpleName()
                                  + (conditions.isEmpty()
                                      ? ""
                                      : " where " + String.join(" and ", conditions))
                                  + " order by "
                                  + order,
                              rows);
                      values.forEach(query::setParameter);
                      return query.setMaxResults(limit + 1).getResultList();
                    }));
  }
}
