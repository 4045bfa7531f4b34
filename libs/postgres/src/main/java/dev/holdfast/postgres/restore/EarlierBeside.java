/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import dev.holdfast.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A schema beside as an earlier attempt left it. Only what the same owner's marker stands in is
 * ever dropped, and only while nothing that it did is needed.
 */
final class EarlierBeside {

  private static final String DEPENDENT_OBJECTS = "2BP01";

  private static final String TABLES =
      """
      SELECT c.relname FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
      WHERE n.nspname = ? AND c.relkind = 'r' AND r.rolname = CURRENT_USER
      """;

  private final BesideTarget target;
  private final Connections connections;
  private final BesideMarker marker;

  EarlierBeside(BesideTarget target) {
    this.target = target;
    this.connections = target.connections();
    this.marker = new BesideMarker(target.schema());
  }

  /** The report of an attempt of the same owner that ended. */
  Optional<RestoreReport> ended() {
    try (Connection connection = connections.open()) {
      return own(connection).flatMap(told -> told.ended(target.inPlace()));
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking at the schema beside", connections.describe());
    }
  }

  /**
   * The report of an attempt of the same owner that ended; what one left that did not is dropped.
   *
   * @throws PostgresException {@code NOT_EMPTY} when the schema is somebody else's
   */
  Optional<RestoreReport> resume() {
    try (Connection connection = connections.open()) {
      if (!BesideRestore.exists(connection, target.schema())) {
        return Optional.empty();
      }
      if (own(connection).isEmpty()) {
        throw BesideRestore.isThere(connections, target.schema());
      }
      return endedOrDropped(connection);
    } catch (SQLException e) {
      throw PostgresException.of(e, "going on with an earlier attempt", connections.describe());
    }
  }

  private Optional<BesideMarker.Told> own(Connection connection) throws SQLException {
    return marker
        .read(connection)
        .filter(told -> told.owner().isPresent() && told.owner().equals(target.owner()));
  }

  private Optional<RestoreReport> endedOrDropped(Connection connection) throws SQLException {
    List<String> tables = tables(connection);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      // The killed attempt's session may still be at its last statement. The marker comes last, as
      // there.
      statement.execute("LOCK TABLE " + String.join(", ", tables) + " IN ACCESS EXCLUSIVE MODE");
      Optional<RestoreReport> ended = own(connection).flatMap(told -> told.ended(target.inPlace()));
      if (ended.isEmpty()) {
        statement.execute("DROP TABLE " + String.join(", ", tables));
        statement.execute("DROP SCHEMA " + Sql.identifier(target.schema()));
      }
      connection.commit();
      return ended;
    } catch (SQLException e) {
      if (DEPENDENT_OBJECTS.equals(e.getSQLState())) {
        throw new PostgresException(
            Reason.NOT_EMPTY,
            "beside",
            "the schema "
                + Sql.identifier(target.schema())
                + " was left half filled by an attempt that was killed, and others have built on it:"
                + " "
                + e.getMessage(),
            "drop it by hand, or name another schema",
            e);
      }
      throw e;
    }
  }

  /** Quoted; the marker is the last one. */
  private List<String> tables(Connection connection) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(TABLES)) {
      query.setString(1, target.schema());
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          tables.add(Sql.qualified(target.schema(), row.getString(1)));
        }
      }
    }
    tables.remove(marker.table());
    tables.add(marker.table());
    return tables;
  }
}
