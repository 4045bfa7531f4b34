/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.verify.RowHasher;
import dev.holdfast.postgres.verify.TableContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.PGCopyInputStream;
import org.postgresql.jdbc.PgConnection;

/**
 * Takes one table of a sandbox on to a later position: the rows that changes touched leave the
 * table, pass through the fold as lines of a base do in a restore, and what comes out of it goes
 * in, all in one transaction.
 *
 * <p>Neither triggers nor rules fire, and foreign keys are not looked at: rows of other tables may
 * not be there yet.
 */
final class SandboxAdvance {

  private final Connections connections;
  private final BaseIndex.Table table;
  private final TableFold changes;

  /** Where the table's rows are, quoted. */
  private final String place;

  /** Where its new rows wait until the old ones have left, quoted. */
  private final String incoming;

  private final RowHasher gone = new RowHasher();
  private final RowHasher come = new RowHasher();

  SandboxAdvance(Connections connections, BaseIndex.Table table, TableFold changes) {
    this.connections = connections.named("holdfast-sandbox");
    this.table = table;
    this.changes = changes;
    this.place = Sql.qualified(table.schema(), table.name());
    this.incoming = Sql.qualified(ChangeFold.OWN_SCHEMA, "incoming_" + table.oid());
  }

  /**
   * @param before what the table held
   * @return what it has to hold now
   */
  TableContent advance(TableContent before) {
    if (changes.untouched()) {
      return before;
    }
    try (Connection reader = connections.open();
        Connection writer = connections.open();
        Statement sql = reader.createStatement();
        Statement aside = writer.createStatement()) {
      reader.setAutoCommit(false);
      sql.execute("SET LOCAL session_replication_role = replica");
      aside.execute("DROP TABLE IF EXISTS " + incoming);
      aside.execute(
          "CREATE UNLOGGED TABLE "
              + incoming
              + " AS SELECT "
              + columns("")
              + " FROM ONLY "
              + place
              + " WITH NO DATA");
      String leaving = leaving(reader, sql);
      try (InputStream old =
          new PGCopyInputStream(
              reader.unwrap(PgConnection.class), "COPY (" + leaving + ") TO STDOUT")) {
        LineCopy.into(writer, "COPY " + incoming + " FROM STDIN", come, merge -> fold(old, merge));
      }
      sql.execute(
          "INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %3$s"
              .formatted(place, columns(""), incoming));
      reader.commit();
      aside.execute("DROP TABLE " + incoming);
    } catch (SQLException e) {
      throw PostgresException.of(
          e, "taking the sandbox's table " + place + " on", connections.describe());
    } catch (IOException e) {
      throw new UncheckedIOException("taking the sandbox's table " + place + " on", e);
    }
    RowHasher content = RowHasher.of(before);
    content.remove(gone);
    content.merge(come);
    return content.content(table.schema(), table.name());
  }

  private String columns(String of) {
    return table.columns().stream()
        .map(column -> of + Sql.identifier(column.name()))
        .collect(Collectors.joining(", "));
  }

  /** Deletes and returns what changes touched: which rows, a table's keys say, else all. */
  private String leaving(Connection reader, Statement sql) throws SQLException, IOException {
    String delete = "DELETE FROM ONLY " + place + " AS place";
    String returning = " RETURNING " + columns("place.");
    Optional<Iterable<byte[]>> keys = changes.touchedKeys();
    if (keys.isEmpty()) {
      return delete + returning;
    }
    sql.execute(
        "CREATE TEMPORARY TABLE touched ON COMMIT DROP AS SELECT "
            + table.columns().stream()
                .filter(BaseIndex.Column::key)
                .map(column -> Sql.identifier(column.name()))
                .collect(Collectors.joining(", "))
            + " FROM ONLY "
            + place
            + " WITH NO DATA");
    LineCopy.into(
        reader,
        "COPY pg_temp.touched FROM STDIN",
        new RowHasher(),
        merge -> keys.get().forEach(merge::line));
    sql.execute("ANALYZE pg_temp.touched");
    return delete
        + " USING pg_temp.touched"
        + equalities(sql).stream().collect(Collectors.joining(" AND ", " WHERE ", ""))
        + returning;
  }

  /** The search path is empty: an extension's operators have to be named with their schema. */
  private static List<String> equalities(Statement sql) throws SQLException {
    List<String> equalities = new ArrayList<>();
    try (ResultSet row =
        sql.executeQuery(
            """
            SELECT a.attname,
              (SELECT min(n.nspname) FROM pg_catalog.pg_operator o
               JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
               WHERE o.oprname = '=' AND n.nspname <> 'pg_catalog'
                 AND o.oprleft = o.oprright
                 AND o.oprleft = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END)
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = 'pg_temp.touched'::pg_catalog.regclass AND a.attnum > 0
            ORDER BY a.attnum
            """)) {
      while (row.next()) {
        String name = Sql.identifier(row.getString(1));
        @Nullable String schema = row.getString(2);
        equalities.add(
            "place."
                + name
                + (schema == null ? " = " : " OPERATOR(" + Sql.identifier(schema) + ".=) ")
                + "touched."
                + name);
      }
    }
    return equalities;
  }

  private void fold(InputStream old, LineMerge merge) throws IOException {
    TableFold.Filter filter = changes.dropsBase() ? (_, _, _) -> false : changes.filter(merge);
    merge.chunk(
        old,
        RowMap.identity(table.columns().size()),
        Optional.of(
            (buffer, from, to) -> {
              gone.line(buffer, from, to - from);
              return filter.keep(buffer, from, to);
            }));
    changes.finish(merge);
  }
}
