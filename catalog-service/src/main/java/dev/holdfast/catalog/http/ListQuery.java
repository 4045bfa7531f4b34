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

  /** Gives a condition that was added before another value. */
  public ListQuery<R> with(String name, Object value) {
    values.put(name, value);
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
