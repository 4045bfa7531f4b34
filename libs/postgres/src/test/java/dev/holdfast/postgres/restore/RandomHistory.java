/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A random schema, and random transactions on it. */
final class RandomHistory {

  /** A column type and an expression for a random value; {@code %d} stands for a number. */
  private record Kind(String type, String value) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("pg_catalog.int4", "%1$d"),
          new Kind("pg_catalog.int8", "%1$d::bigint * 1000000007"),
          new Kind("pg_catalog.numeric", "(%1$d / 7.0)::pg_catalog.numeric(20, 8)"),
          new Kind("pg_catalog.numeric", "'NaN'"),
          new Kind("pg_catalog.float8", "%1$d / 3.0"),
          new Kind("pg_catalog.float4", "'-Infinity'"),
          new Kind("pg_catalog.bool", "%1$d %% 2 = 0"),
          new Kind(
              "pg_catalog.timestamptz",
              "'2020-02-29 23:59:59.999999+05:30'::pg_catalog.timestamptz + interval '%1$d s'"),
          new Kind("pg_catalog.timestamp", "'infinity'"),
          new Kind("pg_catalog.date", "'0044-03-15 BC'"),
          new Kind("pg_catalog.timetz", "'04:05:06.789-08'"),
          new Kind("pg_catalog.interval", "interval '1 year -%1$d days 00:00:00.000001'"),
          new Kind("pg_catalog.bytea", "pg_catalog.decode(pg_catalog.md5('%1$d'), 'hex')"),
          new Kind("pg_catalog.bytea", "'\\x'"),
          new Kind("pg_catalog.text[]", "ARRAY['a,b', NULL, '\"%1$d', E'\\\\ \\t', '']"),
          new Kind("pg_catalog.int4[]", "'[2:3][0:1]={{1,%1$d},{3,4}}'"),
          new Kind("pg_catalog.jsonb", "pg_catalog.jsonb_build_object('k', %1$d, 'ü', '\\\\')"),
          new Kind("pg_catalog.json", "'{\"a\":  %1$d , \"a\": 2}'"),
          new Kind("pg_catalog.uuid", "pg_catalog.md5('%1$d')::pg_catalog.uuid"),
          new Kind("pg_catalog.varchar(40)", "E'x\\ty\\nz\\r\\b\\f\\v\\\\.%1$d'"),
          new Kind("pg_catalog.bpchar", "'pad %1$d  '"),
          new Kind("pg_catalog.text", "'\\N'"),
          new Kind("pg_catalog.text", "'\\.'"),
          new Kind("pg_catalog.text", "'日本 😀 %1$d'"),
          new Kind("pg_catalog.bit(5)", "'10101'"),
          new Kind("pg_catalog.inet", "'10.0.0.%1$d'::pg_catalog.inet"),
          new Kind("pg_catalog.int4range", "'[1,%1$d]'"),
          new Kind("pg_catalog.point", "'(1.5,%1$d)'"),
          new Kind("pg_catalog.money", "'%1$d.42'"),
          new Kind("pg_catalog.tsvector", "'fat:%1$d cat:3A'"),
          new Kind("public.mood", "'so so'"),
          new Kind("public.pair", "ROW(%1$d, 'a \"b\", (c)')"));

  /**
   * A table to play with.
   *
   * @param key expression for a key from a number; empty for tables without a key
   */
  private record Table(
      String name, String keyColumn, String key, List<String> columns, List<Kind> kinds) {
    boolean keyed() {
      return !keyColumn.isEmpty();
    }
  }

  private final Random random;
  private final List<Table> tables = new ArrayList<>();
  private boolean restartedSequences;

  RandomHistory(Random random) {
    this.random = random;
  }

  /** Creates the schema and some rows. */
  void create(Connection connection) throws SQLException {
    run(
        connection,
        "CREATE SCHEMA IF NOT EXISTS public",
        "CREATE TYPE public.mood AS ENUM ('sad', 'so so', 'it''s \"fine\"')",
        "CREATE TYPE public.pair AS (a pg_catalog.int4, b pg_catalog.text)",
        "CREATE SEQUENCE public.down INCREMENT -2 START 100 MAXVALUE 100 MINVALUE -5000");
    add(connection, "plain", "id", "%1$d", "id pg_catalog.int4 PRIMARY KEY");
    add(connection, "texts", "id", "'key %1$d'", "id pg_catalog.text COLLATE \"C\" PRIMARY KEY");
    // The key is the last and the first column.
    add(
        connection,
        "composite",
        "(b, a)",
        "(%1$d, 'A%1$d')",
        "b pg_catalog.int8, gone pg_catalog.int4, PRIMARY KEY (b, a)");
    run(connection, "ALTER TABLE public.composite DROP COLUMN gone");
    add(connection, "Odd \"Näme\"", "\"Ké y\"", "%1$d", "\"Ké y\" pg_catalog.int4 NOT NULL UNIQUE");
    String odd = Sql.qualified("public", "Odd \"Näme\"");
    run(
        connection,
        "ALTER TABLE " + odd + " REPLICA IDENTITY USING INDEX \"Odd \"\"Näme\"\"_Ké y_key\"",
        "ALTER TABLE "
            + odd
            + " ADD COLUMN twice pg_catalog.int4 GENERATED ALWAYS AS (\"Ké y\" * 2) STORED");
    add(connection, "bag", "", "", "n pg_catalog.int4");
    run(connection, "ALTER TABLE public.bag REPLICA IDENTITY FULL");
    add(
        connection,
        "parted",
        "id",
        "%1$d",
        "id pg_catalog.int4 PRIMARY KEY",
        "PARTITION BY RANGE (id)");
    run(
        connection,
        "CREATE TABLE public.parted_low PARTITION OF public.parted FOR VALUES FROM (MINVALUE) TO"
            + " (20)",
        "CREATE TABLE public.parted_high PARTITION OF public.parted DEFAULT",
        "CREATE TABLE public.numbered (id pg_catalog.int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            + " other serial, low pg_catalog.int4 DEFAULT pg_catalog.nextval('public.down'),"
            + " parent pg_catalog.int4 REFERENCES public.plain ON UPDATE CASCADE ON DELETE CASCADE)",
        "CREATE MATERIALIZED VIEW public.counted AS SELECT pg_catalog.count(*) FROM public.plain",
        "CREATE MATERIALIZED VIEW public.counted_again AS SELECT * FROM public.counted",
        "CREATE VIEW public.seen AS SELECT id FROM public.plain WHERE id > 3",
        "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW;"
            + " END$$",
        "CREATE TRIGGER touched BEFORE UPDATE ON public.plain FOR EACH ROW EXECUTE FUNCTION"
            + " public.touch()");
    for (int i = 0; i < 5; i++) {
      transaction(connection);
    }
  }

  /** Adds a table with a few random columns, one of them for values that are stored out of line. */
  private void add(
      Connection connection, String name, String keyColumn, String key, String keys, String... tail)
      throws SQLException {
    List<Kind> kinds = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    List<String> definitions = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      Kind kind = KINDS.get(random.nextInt(KINDS.size()));
      kinds.add(kind);
      columns.add("c" + i);
      definitions.add("c" + i + " " + kind.type());
    }
    columns.add("big");
    definitions.add("big pg_catalog.text");
    String first = name.equals("composite") ? "a pg_catalog.text, " : "";
    String table = Sql.qualified("public", name);
    boolean keysFirst = random.nextBoolean();
    run(
        connection,
        "CREATE TABLE "
            + table
            + " ("
            + first
            + (keysFirst ? keys + ", " : "")
            + String.join(", ", definitions)
            + (keysFirst ? "" : ", " + keys)
            + ") "
            + String.join(" ", tail),
        "ALTER TABLE "
            + table
            + " ALTER COLUMN big SET STORAGE "
            + (random.nextBoolean() ? "EXTERNAL" : "EXTENDED"));
    tables.add(new Table(name, keyColumn, key, columns, kinds));
  }

  /** One committed transaction with a few random statements. */
  void transaction(Connection connection) throws SQLException {
    List<String> statements = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      statements.addAll(statements());
    }
    connection.setAutoCommit(false);
    for (String statement : statements) {
      // A statement that does not fit the rows at hand is no change.
      run(connection, "SAVEPOINT s");
      try {
        run(connection, statement);
      } catch (SQLException e) {
        if (!List.of("23505", "23503", "23502").contains(String.valueOf(e.getSQLState()))) {
          throw new SQLException(statement, e);
        }
        run(connection, "ROLLBACK TO SAVEPOINT s");
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private List<String> statements() {
    if (random.nextInt(8) == 0) {
      return List.of(
          "INSERT INTO public.numbered (parent) SELECT pg_catalog.min(id) FROM public.plain");
    }
    Table table = tables.get(random.nextInt(tables.size()));
    String name = Sql.qualified("public", table.name());
    int key = random.nextInt(40);
    String where =
        table.keyed() ? table.keyColumn() + " = " + expression(table.key(), key) : "n = " + key % 5;
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> List.of(insert(table, name, key));
      case 4, 5 -> List.of("UPDATE " + name + " SET " + set(table) + " WHERE " + where);
      case 6 -> List.of("UPDATE " + name + " SET " + set(table));
      case 7 -> List.of("DELETE FROM " + name + " WHERE " + where);
      case 8, 9 -> move(table, name, key);
      case 10 -> List.of("UPDATE " + name + " SET big = big || 'x' WHERE " + where);
      default ->
          random.nextInt(6) == 0
              ? List.of(truncate(name))
              : List.of(
                  // A value changed and changed back, and a row deleted and inserted again.
                  "DELETE FROM " + name + " WHERE " + where, insert(table, name, key));
    };
  }

  private String truncate(String name) {
    boolean restart = random.nextBoolean();
    restartedSequences |= restart;
    return "TRUNCATE " + name + (restart ? " RESTART IDENTITY" : "") + " CASCADE";
  }

  private String insert(Table table, String name, int key) {
    String columns =
        (table.keyed() ? table.keyColumn().replaceAll("[()]", "") : "n")
            + ", "
            + String.join(", ", table.columns());
    String keys =
        table.keyed()
            ? expression(table.key(), key).replaceAll("^\\(|\\)$", "")
            : String.valueOf(key % 5);
    return "INSERT INTO "
        + name
        + " ("
        + columns
        + ") VALUES ("
        + keys
        + ", "
        + table.columns().stream().map(c -> value(table, c)).collect(Collectors.joining(", "))
        + ")";
  }

  private String set(Table table) {
    String column = table.columns().get(random.nextInt(table.columns().size()));
    return column + " = " + value(table, column);
  }

  private String value(Table table, String column) {
    if (random.nextInt(10) == 0) {
      return "NULL";
    }
    int number = 1 + random.nextInt(200);
    if (column.equals("big")) {
      return random.nextBoolean()
          ? "'small %d'".formatted(number)
          : """
            (SELECT pg_catalog.string_agg(pg_catalog.md5((%d + i)::pg_catalog.text), E'\\t')
             FROM pg_catalog.generate_series(1, %d) i)"""
              .formatted(number, 70 + random.nextInt(200));
    }
    return expression(table.kinds().get(table.columns().indexOf(column)).value(), number);
  }

  /** Moves a row to another key; sometimes two rows change places. */
  private List<String> move(Table table, String name, int key) {
    if (!table.keyed()) {
      return List.of("UPDATE " + name + " SET n = n + 1 WHERE n = " + key % 5);
    }
    int other = random.nextInt(40);
    String a = expression(table.key(), key);
    String b = expression(table.key(), other);
    String free = expression(table.key(), 1000);
    if (random.nextBoolean()) {
      return List.of(move(table, name, a, b));
    }
    return List.of(move(table, name, a, free), move(table, name, b, a), move(table, name, free, b));
  }

  private static String move(Table table, String name, String from, String to) {
    return "UPDATE "
        + name
        + " SET "
        + table.keyColumn()
        + " = "
        + to
        + " WHERE "
        + table.keyColumn()
        + " = "
        + from;
  }

  private static String expression(String template, int number) {
    return template.formatted(number);
  }

  /** Two transactions at the same time; the one that begins first commits last. */
  void overlapping(Connection first, Connection second) throws SQLException {
    first.setAutoCommit(false);
    run(
        first,
        "INSERT INTO public.bag (n, big) VALUES (3, 'overlap')",
        "UPDATE public.bag SET big = 'late' WHERE n = 3");
    run(
        second,
        "INSERT INTO public.texts (id, big) VALUES ('between', 'b') ON CONFLICT (id) DO UPDATE SET big = EXCLUDED.big || 'c'");
    first.commit();
    first.setAutoCommit(true);
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Whether a sequence was set back since the start. */
  boolean restartedSequences() {
    return restartedSequences;
  }

  /**
   * How far each sequence has come in its own direction, by name; those never called are left out.
   */
  static Map<String, Long> sequences(Connection connection) throws SQLException {
    Map<String, Long> reached = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT sequencename, last_value * pg_catalog.sign(increment_by) FROM"
                    + " pg_catalog.pg_sequences WHERE schemaname = 'public' AND last_value IS NOT"
                    + " NULL")) {
      while (row.next()) {
        reached.put(row.getString(1), row.getLong(2));
      }
    }
    return reached;
  }
}
