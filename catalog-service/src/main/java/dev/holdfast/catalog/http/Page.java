/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One page of a list.
 *
 * @param next cursor of the page after it, to be given as {@code cursor}; null on the last page
 */
public record Page<T>(List<T> items, @JsonInclude Optional<String> next) {

  /**
   * @param found up to {@code limit + 1} items; one more than {@code limit} means that there is
   *     another page
   * @param cursor of an item: the page after it begins behind that item
   */
  public static <R, T> Page<T> of(
      List<R> found, int limit, Function<R, Cursor> cursor, Function<R, T> view) {
    boolean more = found.size() > limit;
    List<R> shown = more ? found.subList(0, limit) : found;
    return new Page<>(
        shown.stream().map(view).toList(),
        more ? Optional.of(cursor.apply(shown.getLast()).text()) : Optional.empty());
  }
}
