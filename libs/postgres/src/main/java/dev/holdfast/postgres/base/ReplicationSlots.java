/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.ReplicationConnection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Logical replication slots of one source: creating, inspecting and dropping them. */
public final class ReplicationSlots {

  /** The plugin that all our slots use. */
  public static final String PLUGIN = "pgoutput";

  /** The first version whose slots can be carried over to standbys. */
  private static final int FAILOVER_SINCE = 17;

  private final Connections connections;

  public ReplicationSlots(Connections connections) {
    this.connections = connections;
  }

  /** How much of the log a slot still finds, as {@code pg_replication_slots.wal_status} says. */
  public enum WalStatus {
    RESERVED,
    EXTENDED,
    UNRESERVED,
    LOST
  }

  /**
   * A slot as it is now.
   *
   * @param confirmedFlush streaming starts with the first commit record at or after it
   * @param restartLsn the oldest log that decoding still needs
   * @param retainedBytes log on the source's disk because of this slot
   * @param safeWalBytes how much more can be written before the slot is in danger of being
   *     invalidated; empty when there is no limit
   * @param synced the server has it from the primary that it followed, or follows (from 17 on)
   */
  public record SlotState(
      String name,
      String plugin,
      String database,
      boolean active,
      Lsn confirmedFlush,
      Lsn restartLsn,
      WalStatus walStatus,
      long retainedBytes,
      OptionalLong safeWalBytes,
      boolean synced) {

    /** Nothing can be streamed from it any more. */
    public boolean lost() {
      return walStatus == WalStatus.LOST;
    }
  }

  /**
   * A slot just created, with the snapshot of its consistent point. The snapshot can be imported
   * until the next command on {@code connection} or its end.
   *
   * @param position see {@link TakenSnapshot#position()}
   */
  record Created(
      String name, Position position, String snapshot, ReplicationConnection connection) {}

  /** Empty when there is no slot of that name. */
  public Optional<SlotState> inspect(String name) {
    try (Connection connection = connections.open()) {
      return inspect(connection, name, connections.describe());
    } catch (SQLException e) {
      throw PostgresException.of(
          e, "looking at the replication slot '" + name + "'", connections.describe());
    }
  }

  /**
   * The same over a connection that is open already, for those who look often.
   *
   * @param where for messages
   */
  public static Optional<SlotState> inspect(Connection connection, String name, String where) {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
                SELECT slot_name, coalesce(plugin, ''), coalesce(database, ''), active,
                       confirmed_flush_lsn, restart_lsn, wal_status, safe_wal_size,
                       pg_catalog.pg_wal_lsn_diff(
                         CASE WHEN pg_catalog.pg_is_in_recovery()
                              THEN pg_catalog.pg_last_wal_replay_lsn()
                              ELSE pg_catalog.pg_current_wal_lsn() END, restart_lsn)::bigint,
                       coalesce((pg_catalog.to_jsonb(s) ->> 'synced')::boolean, false)
                FROM pg_catalog.pg_replication_slots s WHERE slot_name = ?
                """)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(state(row)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking at the replication slot '" + name + "'", where);
    }
  }

  private static SlotState state(ResultSet row) throws SQLException {
    long safe = row.getLong(8);
    OptionalLong safeBytes = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(safe);
    return new SlotState(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getBoolean(4),
        lsn(row.getString(5)),
        lsn(row.getString(6)),
        walStatus(row.getString(7)),
        row.getLong(9),
        safeBytes,
        row.getBoolean(10));
  }

  private static Lsn lsn(@Nullable String text) {
    return text == null ? Lsn.NONE : Lsn.parse(text);
  }

  private static WalStatus walStatus(@Nullable String text) {
    return switch (text) {
      case "reserved" -> WalStatus.RESERVED;
      case "extended" -> WalStatus.EXTENDED;
      case "unreserved" -> WalStatus.UNRESERVED;
      // Without a restart position there is no status, and nothing to stream either.
      case "lost" -> WalStatus.LOST;
      case null -> WalStatus.LOST;
      default -> throw new IllegalStateException("wal_status '" + text + "' is unknown");
    };
  }

  /** Drops a slot; returns false when there is none of that name. */
  public boolean drop(String name) {
    if (inspect(name).isEmpty()) {
      return false;
    }
    try (Connection connection = connections.open();
        PreparedStatement statement =
            connection.prepareStatement("SELECT pg_catalog.pg_drop_replication_slot(?)")) {
      statement.setString(1, name);
      statement.execute();
      return true;
    } catch (SQLException e) {
      throw PostgresException.of(
          e, "dropping the replication slot '" + name + "'", connections.describe());
    }
  }

  /**
   * Ends who streams from the slot and drops it, in one statement each; there may be none.
   *
   * @throws PostgresException with SQLSTATE 55006 when somebody came back in between
   */
  public void dropFromUse(String name) {
    try (Connection connection = connections.open();
        PreparedStatement end =
            connection.prepareStatement(
                "SELECT pg_catalog.pg_terminate_backend(active_pid, 5000) FROM"
                    + " pg_catalog.pg_replication_slots WHERE slot_name = ? AND active");
        PreparedStatement drop =
            connection.prepareStatement(
                "SELECT pg_catalog.pg_drop_replication_slot(slot_name) FROM"
                    + " pg_catalog.pg_replication_slots WHERE slot_name = ?")) {
      end.setString(1, name);
      end.execute();
      drop.setString(1, name);
      drop.execute();
    } catch (SQLException e) {
      throw PostgresException.of(
          e, "dropping the replication slot '" + name + "'", connections.describe());
    }
  }

  /**
   * Creates a logical slot and exports the snapshot of its consistent point. Waits for every
   * transaction that was running when it began, on the whole server. From 17 on one that is to stay
   * is a failover slot: standbys that synchronise slots have it, too.
   *
   * @throws PostgresException {@code BLOCKED}, naming the transaction that was waited for
   */
  Created create(String name, boolean temporary, Duration timeout) {
    ReplicationConnection connection = connections.named("holdfast-slot").openReplication();
    try {
      ReplicationConnection.SystemIdentity system = connection.identifySystem();
      try (Statement statement = connection.jdbc().createStatement()) {
        statement.setQueryTimeout(Math.toIntExact(Math.max(1, timeout.toSeconds())));
        try (ResultSet row =
            statement.executeQuery(
                "CREATE_REPLICATION_SLOT "
                    + dev.holdfast.postgres.Sql.identifier(name)
                    + (temporary ? " TEMPORARY" : "")
                    + " LOGICAL "
                    + PLUGIN
                    + (temporary || connection.majorVersion() < FAILOVER_SINCE
                        ? " (SNAPSHOT 'export')"
                        : " (SNAPSHOT 'export', FAILOVER true)"))) {
          row.next();
          return new Created(
              name,
              new Position(
                  system.systemId(),
                  system.timeline(),
                  Lsn.parse(row.getString("consistent_point"))),
              row.getString("snapshot_name"),
              connection);
        }
      }
    } catch (SQLException e) {
      PostgresException failure = failure(e, name, timeout);
      try {
        connection.close();
      } catch (PostgresException suppressed) {
        failure.addSuppressed(suppressed);
      }
      throw failure;
    } catch (PostgresException e) {
      connection.close();
      throw e;
    }
  }

  private PostgresException failure(SQLException e, String name, Duration timeout) {
    String doing = "creating the replication slot '" + name + "'";
    if (!"57014".equals(e.getSQLState())) {
      return PostgresException.of(e, doing, connections.describe());
    }
    return new PostgresException(
        PostgresException.Reason.BLOCKED,
        null,
        doing
            + " at "
            + connections.describe()
            + " did not finish within "
            + timeout.toSeconds()
            + " s: it waits for transactions that were open when it began; oldest: "
            + blocker(),
        "end that transaction (commit, or SELECT pg_terminate_backend(pid);"
            + " ROLLBACK PREPARED for a prepared one), then repeat",
        e);
  }

  /** The oldest transaction with an id, anywhere on the server. */
  private String blocker() {
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT who, age FROM (
                  SELECT 'pid ' || pid || ', user ' || coalesce(usename, '?') || ', database '
                           || coalesce(datname, '?') || ', application '''
                           || coalesce(application_name, '') || ''', '
                           || coalesce(state, 'state hidden') || ', open since '
                           || coalesce(xact_start::pg_catalog.text, '?') AS who,
                         pg_catalog.age(backend_xid) AS age
                  FROM pg_catalog.pg_stat_activity
                  WHERE backend_xid IS NOT NULL AND pid <> pg_catalog.pg_backend_pid()
                  UNION ALL
                  SELECT 'prepared transaction ''' || gid || ''', owner ' || owner || ', database '
                           || database || ', since ' || prepared, pg_catalog.age(transaction)
                  FROM pg_catalog.pg_prepared_xacts) AS holders
                ORDER BY age DESC LIMIT 1
                """)) {
      return row.next() ? row.getString(1) : "none is left now";
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking for the blocking transaction", connections.describe());
    }
  }
}
