/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.postgres.verify.ContentHash;
import dev.holdfast.postgres.verify.HashedTable;
import dev.holdfast.postgres.verify.TableContent;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A target database as it is found: what its marker {@code holdfast.restored} says of it. */
final class FilledTarget {

  private static final String MAINTENANCE = "postgres";

  /** What is there. */
  sealed interface Found {

    record Absent() implements Found {}

    /** No marker: nothing was restored into it. */
    record Unmarked() implements Found {}

    /** A restore created its marker and was killed before it wrote the row. */
    record Begun() implements Found {}

    record Marked(Marker marker) implements Found {}
  }

  /**
   * @param lastCommitTime of the newest commit in it
   */
  record Marker(
      String source,
      String base,
      int timeline,
      Lsn reached,
      Optional<Instant> lastCommitTime,
      Instant startedAt,
      Optional<Instant> completedAt,
      boolean complete) {

    /** The newest commit, whose id only the change stream knew. */
    Optional<CommitPoint> lastCommit() {
      return lastCommitTime.map(time -> new CommitPoint(reached, time, 0));
    }
  }

  private final Connections connections;

  private FilledTarget(Connections connections) {
    this.connections = connections;
  }

  static FilledTarget of(TargetDatabase target) {
    Connections connections =
        Connections.to(target.url(), target.credentials()).named("holdfast-recovery");
    if (target.url().servers().size() > 1) {
      connections =
          connections.withDatabase(MAINTENANCE).primary().withDatabase(target.url().database());
    }
    return new FilledTarget(connections);
  }

  String describe() {
    return connections.describe();
  }

  Found find() {
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery("SELECT pg_catalog.to_regclass('holdfast.restored') IS NULL")) {
        row.next();
        if (row.getBoolean(1)) {
          return new Found.Unmarked();
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT source, base, timeline, reached, commit_time, started_at, completed_at,"
                  + " complete FROM holdfast.restored LIMIT 1")) {
        return row.next() ? new Found.Marked(marker(row)) : new Found.Begun();
      }
    } catch (PostgresException e) {
      if (e.reason() == PostgresException.Reason.NO_SUCH_DATABASE) {
        return new Found.Absent();
      }
      throw e;
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking at the target", describe());
    }
  }

  private static Marker marker(ResultSet row) throws SQLException {
    return new Marker(
        row.getString(1),
        row.getString(2),
        row.getInt(3),
        Lsn.parse(row.getString(4)),
        time(row, 5),
        time(row, 6).orElse(Instant.EPOCH),
        time(row, 7),
        row.getBoolean(8));
  }

  private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
    @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
  }

  /** Drops the database, whoever is connected. Only for one that the same run created. */
  void drop() {
    try (Connection connection = connections.withDatabase(MAINTENANCE).open();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "DROP DATABASE IF EXISTS "
              + Sql.identifier(connections.url().database())
              + " WITH (FORCE)");
    } catch (SQLException e) {
      throw PostgresException.of(e, "dropping the half-filled database", describe());
    }
  }

  /** What the tables hold now; read by {@code parallelism} connections. */
  List<TableContent> content(int parallelism) {
    return ContentHash.of(connections, tables(), Optional.empty(), parallelism);
  }

  private List<HashedTable> tables() {
    List<HashedTable> tables = new ArrayList<>();
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT n.nspname, c.relname, coalesce(array_agg(a.attname ORDER BY a.attnum)
                         FILTER (WHERE a.attname IS NOT NULL), '{}')
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_catalog.pg_attribute a
                  ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                WHERE c.relkind = 'r' AND n.nspname !~ '^pg_'
                  AND n.nspname NOT IN ('information_schema', 'holdfast')
                GROUP BY 1, 2 ORDER BY 1, 2
                """)) {
      while (row.next()) {
        tables.add(
            new HashedTable(
                row.getString(1),
                row.getString(2),
                List.of((String[]) row.getArray(3).getArray())));
      }
      return tables;
    } catch (SQLException e) {
      throw PostgresException.of(e, "listing the restored tables", describe());
    }
  }
}
