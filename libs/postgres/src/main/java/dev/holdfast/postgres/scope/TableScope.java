/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.scope;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The tables of a source that are protected: those of the included schemas, but for those whose own
 * or whose schema's name an exclusion matches.
 *
 * @param include schema names; {@code %} stands for any run of characters
 * @param exclude names of schemas or tables, such as {@code logs} or {@code tmp_%}; {@code
 *     schema.table} names one table; {@code %} stands for any run of characters
 */
public record TableScope(List<String> include, List<String> exclude) {

  /** The schema that holds our own objects in a source; never protected, never restored. */
  public static final String OWN_SCHEMA = "holdfast";

  public TableScope {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    if (include.isEmpty()) {
      throw new IllegalArgumentException(
          "include-schemas is empty: name the schemas to protect, or '%' for all");
    }
    for (String pattern : include) {
      check("include-schemas", pattern);
    }
    for (String pattern : exclude) {
      check("exclude", pattern);
    }
  }

  private static void check(String field, String pattern) {
    if (pattern.isBlank()) {
      throw new IllegalArgumentException(field + " holds a blank name: leave it out");
    }
  }

  /** Whether a schema is included and not excluded as a whole. */
  public boolean coversSchema(String schema) {
    return !isSystem(schema)
        && include.stream().anyMatch(p -> matches(p, schema))
        && exclude.stream().noneMatch(p -> matches(p, schema));
  }

  public boolean covers(String schema, String table) {
    return coversSchema(schema) && !excludes(schema, table);
  }

  /** Whether an exclusion matches a table or its schema. */
  public boolean excludes(String schema, String table) {
    return named(exclude, schema, table);
  }

  /** Whether one of these patterns, as exclusions are written, names a table or its schema. */
  public static boolean named(List<String> patterns, String schema, String table) {
    return patterns.stream()
        .anyMatch(p -> matches(p, schema) || matches(p, table) || matches(p, schema + "." + table));
  }

  private static boolean isSystem(String schema) {
    return schema.startsWith("pg_")
        || schema.equals("information_schema")
        || schema.equals(OWN_SCHEMA);
  }

  private static boolean matches(String pattern, String name) {
    if (pattern.indexOf('%') < 0) {
      return pattern.equals(name);
    }
    StringBuilder regex = new StringBuilder();
    for (String part : pattern.split("%", -1)) {
      regex.append(Pattern.quote(part)).append(".*");
    }
    // split leaves one part more than there are wildcards.
    regex.setLength(regex.length() - 2);
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(name).matches();
  }
}
