/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.testkit.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Values of every type come back byte for byte, from the base and from the stream. */
class EveryTypeIT {

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static final EmbeddedPostgres postgres =
      servers.newPostgres(
          options ->
              options
                  .setting("datestyle", "German, DMY")
                  .setting("intervalstyle", "sql_standard")
                  .setting("timezone", "Asia/Kathmandu")
                  .setting("extra_float_digits", "-10")
                  .setting("bytea_output", "escape")
                  .setting("xmloption", "document")
                  .setting("array_nulls", "off")
                  .setting("standard_conforming_strings", "off")
                  .setting("backslash_quote", "on")
                  .setting("quote_all_identifiers", "on")
                  .setting("max_prepared_transactions", "5"));
  private RoundTrip trip;

  /** The server prints and reads everything in another way than Holdfast needs it. */
  @BeforeEach
  void prepare() throws Exception {
    trip = new RoundTrip(folder, postgres);
  }

  @AfterEach
  void clear() throws Exception {
    trip.close();
  }

  /** Reads SQL as it is written in {@link EdgeValues}. */
  static final List<String> LITERALS =
      List.of(
          "SET array_nulls TO on",
          "SET standard_conforming_strings TO on",
          "SET xmloption TO content",
          "SET datestyle TO ISO, YMD",
          "SET intervalstyle TO postgres",
          "SET search_path TO public, pg_catalog");

  @Test
  void everyValueOfEveryTypeComesBackFromBaseAndStream() throws Exception {
    try (Connection connection = postgres.connect("app");
        Statement sql = connection.createStatement()) {
      for (String literal : LITERALS) {
        sql.execute(literal);
      }
      for (String definition : EdgeValues.DEFINITIONS) {
        sql.execute(definition);
      }
      sql.execute("CREATE TABLE public.\"to be named\" (id int)");
      sql.execute("CREATE FUNCTION public.named(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1'");
      List<ValueTable> tables = new ArrayList<>();
      for (EdgeValues.Type type : EdgeValues.TYPES) {
        tables.add(new ValueTable(tables.size(), type));
      }
      for (ValueTable table : tables) {
        table.create(sql);
      }
      trip.protect();
      for (ValueTable table : tables) {
        table.change(sql);
      }
    }
    trip.restoreAndCompareRows("restored");
  }

  /** The tables of one type: rows known by a number, by the whole row, and by the value itself. */
  static final class ValueTable {
    private final String keyed;
    private final String full;
    private final String byValue;
    private final EdgeValues.Type type;
    private boolean comparable = true;

    ValueTable(int number, EdgeValues.Type type) {
      String name = number + " " + type.type().replace("\"", "'");
      this.keyed = "public.\"" + name + " keyed\"";
      this.full = "public.\"" + name + " full\"";
      this.byValue = "public.\"" + name + " value\"";
      this.type = type;
    }

    void create(Statement sql) throws SQLException {
      sql.execute("CREATE TABLE " + keyed + " (id int PRIMARY KEY, v " + type.type() + ", n int)");
      sql.execute("CREATE TABLE " + full + " (id int, v " + type.type() + ", n int)");
      sql.execute("ALTER TABLE " + full + " REPLICA IDENTITY FULL");
      try {
        sql.execute("CREATE TABLE " + byValue + " (n int, v " + type.type() + " PRIMARY KEY)");
        // An array has an operator class even when its elements cannot be compared.
        sql.execute("SELECT " + type.values().getFirst() + " < " + type.values().getFirst());
      } catch (SQLException e) {
        if (!List.of("42704", "42883").contains(e.getSQLState())) {
          throw new SQLException(type.type(), e);
        }
        comparable = false;
      }
      for (int i = 0; i < type.values().size(); i++) {
        String value = type.values().get(i);
        for (String table : List.of(keyed, full)) {
          String rows = "(%1$d, %2$s), (1%1$d, NULL), (2%1$d, %2$s), (3%1$d, %2$s), (4%1$d, %2$s)";
          insert(sql, table, rows.formatted(i + 100, value));
        }
        insert(sql, full, "(5%1$d, %2$s), (5%1$d, %2$s), (5%1$d, NULL)".formatted(i + 100, value));
        if (comparable && i % 2 == 0) {
          insertKey(sql, value);
        }
      }
    }

    void change(Statement sql) throws SQLException {
      for (int i = 0; i < type.values().size(); i++) {
        int id = i + 100;
        String value = type.values().get(i);
        String next = type.values().get((i + 1) % type.values().size());
        for (String table : List.of(keyed, full)) {
          insert(sql, table, "(6%1$d, %2$s)".formatted(id, value));
          run(sql, "UPDATE " + table + " SET v = " + next + " WHERE id = " + id);
          run(sql, "UPDATE " + table + " SET v = " + value + " WHERE id = 1" + id);
          run(sql, "DELETE FROM " + table + " WHERE id = 2" + id);
          run(sql, "UPDATE " + table + " SET n = 1 WHERE id = 3" + id);
          run(sql, "UPDATE " + table + " SET v = NULL WHERE id = 4" + id);
        }
        String one = " WHERE ctid = (SELECT min(ctid) FROM " + full + " WHERE id = 5" + id + ")";
        run(sql, "DELETE FROM " + full + one);
        if (comparable) {
          insertKey(sql, value);
          run(sql, "UPDATE " + byValue + " SET n = coalesce(n, 0) + 1 WHERE v = " + value);
          // Equal for the index, and another text: the row's key changes all the same.
          run(
              sql,
              "UPDATE "
                  + byValue
                  + " SET v = "
                  + next
                  + " WHERE v = "
                  + value
                  + " AND v = "
                  + next);
          if (i % 3 == 0) {
            run(sql, "DELETE FROM " + byValue + " WHERE v = " + value);
          }
        }
      }
    }

    private void insert(Statement sql, String table, String rows) throws SQLException {
      run(sql, "INSERT INTO " + table + " (id, v) VALUES " + rows);
    }

    private void insertKey(Statement sql, String value) throws SQLException {
      run(
          sql,
          "INSERT INTO "
              + byValue
              + " (v) SELECT "
              + value
              + " WHERE length(("
              + value
              + ")::text) < 1000 ON CONFLICT DO NOTHING");
    }

    private void run(Statement sql, String command) throws SQLException {
      try {
        sql.execute(command);
      } catch (SQLException e) {
        throw new SQLException(command, e);
      }
    }
  }
}
