/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.PostgresException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One session with one server, in which no answer may take longer than agreed. */
final class ServerSession implements AutoCloseable {

  private final Connection connection;
  private final String where;

  private ServerSession(Connection connection, String where) {
    this.connection = connection;
    this.where = where;
  }

  static ServerSession open(Connections server, Duration answer) {
    Connection connection = server.open();
    try {
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(answer.toMillis()));
    } catch (SQLException e) {
      throw PostgresException.of(e, "setting up the session", server.describe());
    }
    return new ServerSession(connection, server.describe());
  }

  /** Connections whose sessions may write although the server holds ordinary writes. */
  static Connections writing(Connections server) {
    DatabaseUrl url = server.url();
    Map<String, String> parameters = new TreeMap<>(url.parameters());
    parameters.merge(
        "options", "-c default_transaction_read_only=off", (theirs, ours) -> theirs + " " + ours);
    return Connections.to(
            new DatabaseUrl(url.servers(), url.database(), parameters), server.credentials())
        .named("holdfast-recovery");
  }

  Connection sql() {
    return connection;
  }

  /** The first column of the first row; empty when there is no row or it is NULL. */
  Optional<String> ask(String query, Object... parameters) {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      if (!statement.execute()) {
        return Optional.empty();
      }
      try (ResultSet row = statement.getResultSet()) {
        @Nullable String value = row.next() ? row.getString(1) : null;
        return Optional.ofNullable(value);
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "asking the server", where);
    }
  }

  boolean isInRecovery() {
    return ask("SELECT pg_catalog.pg_is_in_recovery()").filter("t"::equals).isPresent();
  }

  boolean holdsWrites() {
    return ask("SELECT pg_catalog.current_setting('default_transaction_read_only')")
        .filter("on"::equals)
        .isPresent();
  }

  /** Next transaction id that this server would give; takes none. */
  long nextXid() {
    return Long.parseLong(
        ask("SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text")
            .orElseThrow());
  }

  int timeline() {
    // The first 8 digits of a log file's name are its timeline.
    String file =
        ask("SELECT pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn())").orElseThrow();
    return Integer.parseUnsignedInt(file.substring(0, 8), 16);
  }

  Lsn received() {
    return Lsn.parse(
        ask("SELECT greatest(pg_catalog.pg_last_wal_receive_lsn(),"
                + " pg_catalog.pg_last_wal_replay_lsn())")
            .orElse("0/0"));
  }

  Lsn replayed() {
    return Lsn.parse(ask("SELECT pg_catalog.pg_last_wal_replay_lsn()").orElse("0/0"));
  }

  /** Takes a transaction id and gives it back: what a server needs to be able to take writes. */
  void tryToWrite() {
    ask("SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text");
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw PostgresException.of(e, "closing the session", where);
    }
  }
}
