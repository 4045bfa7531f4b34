/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

/** Quoting of names and literals in SQL text. */
public final class Sql {

  private Sql() {}

  /** {@code "name"}, whatever characters it holds. */
  public static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** {@code "schema"."name"}. */
  public static String qualified(String schema, String name) {
    return identifier(schema) + "." + identifier(name);
  }

  /** {@code 'text'}; standard_conforming_strings must be on, as it is in our sessions. */
  public static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
