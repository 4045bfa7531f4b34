/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.http;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.service.Problem;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads query parameters; what it cannot read becomes a problem that names parameter and fix. */
public final class Parameters {

  public static final int DEFAULT_LIMIT = 100;
  public static final int MOST = 1000;

  private Parameters() {}

  public static int limit(@Nullable String value) {
    if (value == null) {
      return DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(value);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // The same answer as for a number out of range.
    }
    throw Problems.badParameter("limit", value, "a whole number from 1 to " + MOST);
  }

  /** The cursor's key, which has {@code parts} parts; empty for the first page. */
  public static Optional<List<String>> cursor(@Nullable String value, int parts) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      List<String> key = Cursor.parse(value).key();
      if (key.size() == parts) {
        return Optional.of(key);
      }
    } catch (IllegalArgumentException e) {
      // The same answer as for a cursor of another list.
    }
    throw badCursor(value);
  }

  public static Optional<Long> cursorNumber(@Nullable String value) {
    return cursor(value, 1)
        .map(
            key -> {
              try {
                return Long.parseLong(key.getFirst());
              } catch (NumberFormatException e) {
                throw badCursor(value);
              }
            });
  }

  public static Instant cursorTime(String part, @Nullable String cursor) {
    try {
      return Instant.parse(part);
    } catch (DateTimeParseException e) {
      throw badCursor(cursor);
    }
  }

  public static RuntimeException badCursor(@Nullable String value) {
    return Problems.badParameter(
        "cursor", String.valueOf(value), "the 'next' of the page before, unchanged");
  }

  public static Optional<Integer> number(String name, @Nullable String value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Integer.parseInt(value));
    } catch (NumberFormatException e) {
      throw Problems.badParameter(name, value, "a whole number");
    }
  }

  public static Optional<Instant> time(String name, @Nullable String value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(value));
    } catch (DateTimeParseException e) {
      throw Problems.badParameter(
          name, value, "a time such as 2026-11-01T12:00:00Z (ISO-8601, UTC)");
    }
  }

  public static Optional<String> oneOf(String name, @Nullable String value, List<String> allowed) {
    if (value == null || allowed.contains(value)) {
      return Optional.ofNullable(value);
    }
    throw Problems.badParameter(name, value, "one of " + String.join(", ", allowed));
  }

  public static Optional<RegionId> region(@Nullable String value, List<RegionId> known) {
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(
        known.stream()
            .filter(region -> region.value().equals(value))
            .findFirst()
            .orElseThrow(() -> Problems.unknown("region", value, known)));
  }

  public static PointName pointName(String field, String value) {
    try {
      return new PointName(value);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(field, field + ": " + e.getMessage(), "give such a name");
    }
  }

  public static Lsn lsn(String field, String value) {
    try {
      return Lsn.parse(value);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(
          field, field + ": " + e.getMessage(), "write it as PostgreSQL does, such as 0/1A2B3C4");
    }
  }

  /** A source id of any form; one that cannot be an id is simply not known. */
  public static SourceId source(String value) {
    try {
      return new SourceId(value);
    } catch (IllegalArgumentException e) {
      throw Problems.unknown("source", value, List.of());
    }
  }
}
