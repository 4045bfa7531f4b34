/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.DatabaseProperties;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The server that a restore goes to, and the database on it. */
final class TargetServer {

  /**
   * States of {@code CREATE DATABASE} about a locale: unknown, for another encoding, or of a
   * provider that the server was built without.
   */
  private static final Set<String> NO_SUCH_LOCALE = Set.of("22023", "42809", "0A000");

  /** Where {@code CREATE DATABASE} is run from. */
  private static final String MAINTENANCE = "postgres";

  /** Whatever a user made: relations, functions, types, schemas, large objects. */
  private static final String CONTENT =
      """
      SELECT what FROM (
        SELECT 1 AS rank, 'relation ' || n.nspname || '.' || c.relname AS what, c.oid,
               'pg_catalog.pg_class'::pg_catalog.regclass AS catalog
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
        UNION ALL
        SELECT 2, 'function ' || n.nspname || '.' || p.proname, p.oid,
               'pg_catalog.pg_proc'::pg_catalog.regclass
        FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
        UNION ALL
        SELECT 3, 'type ' || n.nspname || '.' || t.typname, t.oid,
               'pg_catalog.pg_type'::pg_catalog.regclass
        FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
        UNION ALL
        SELECT 4, 'schema ' || n.nspname, n.oid, 'pg_catalog.pg_namespace'::pg_catalog.regclass
        FROM pg_catalog.pg_namespace n
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'public')
          AND n.nspname !~ '^pg_'
        UNION ALL
        SELECT 5, 'large object ' || l.oid, l.oid,
               'pg_catalog.pg_largeobject'::pg_catalog.regclass
        FROM pg_catalog.pg_largeobject_metadata l
      ) found
      WHERE NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = found.catalog AND d.objid = found.oid AND d.deptype = 'e')
      ORDER BY rank, what
      LIMIT 4
      """;

  /**
   * @param exists the database is there
   * @param begun what a killed restore left in it; else it is empty
   * @param version {@code server_version_num}
   * @param superuser the user may own and grant whatever the source had
   */
  record State(
      boolean exists, Optional<RestoreJournal.Begun> begun, int version, boolean superuser) {}

  private final Connections connections;

  private TargetServer(Connections connections) {
    this.connections = connections;
  }

  static TargetServer of(TargetDatabase target) {
    Connections connections = target.connections();
    if (connections.url().servers().size() > 1) {
      String database = connections.url().database();
      connections = connections.withDatabase(MAINTENANCE).primary().withDatabase(database);
    }
    return new TargetServer(connections);
  }

  Connections connections() {
    return connections;
  }

  String describe() {
    return connections.describe();
  }

  /**
   * Looks, changing nothing.
   *
   * @param goesOn digest of the plan that a killed restore may have begun there
   * @throws PostgresException {@code NOT_EMPTY}, or why the server cannot be used
   */
  State inspect(Optional<String> goesOn) {
    try (Connection connection = connections.open()) {
      Optional<RestoreJournal.Begun> begun =
          goesOn.isEmpty() ? Optional.empty() : begun(connection, goesOn.get());
      if (begun.isEmpty()) {
        requireEmpty(connection);
      }
      return state(connection, true, begun);
    } catch (PostgresException e) {
      if (e.reason() != Reason.NO_SUCH_DATABASE) {
        throw e;
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking at the target", describe());
    }
    Connections maintenance = connections.withDatabase(MAINTENANCE);
    try (Connection connection = maintenance.open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT rolsuper OR rolcreatedb FROM pg_catalog.pg_roles"
                    + " WHERE rolname = CURRENT_USER")) {
      row.next();
      if (!row.getBoolean(1)) {
        throw new PostgresException(
            Reason.NO_RIGHTS,
            "user",
            "the target database does not exist and user '"
                + connections.credentials().user()
                + "' may not create it at "
                + describe(),
            "create an empty database first, or ALTER ROLE ... CREATEDB");
      }
      return state(connection, false, Optional.empty());
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking at the target's server", maintenance.describe());
    }
  }

  /** What a killed restore of a plan has left. */
  Optional<RestoreJournal.Begun> begun(String plan) {
    try (Connection connection = connections.open()) {
      return begun(connection, plan);
    } catch (PostgresException e) {
      if (e.reason() == Reason.NO_SUCH_DATABASE) {
        return Optional.empty();
      }
      throw e;
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking at the target", describe());
    }
  }

  private static Optional<RestoreJournal.Begun> begun(Connection connection, String plan)
      throws SQLException {
    return RestoreJournal.begun(connection).filter(it -> it.serves(plan));
  }

  private void requireEmpty(Connection connection) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery(CONTENT)) {
        while (row.next()) {
          found.add(row.getString(1));
        }
      }
      if (found.isEmpty()) {
        return;
      }
      String earlier = RestoreMarker.describe(connection).map(it -> "; " + it).orElse("");
      throw new PostgresException(
          Reason.NOT_EMPTY,
          "into",
          "the target "
              + describe()
              + " is not empty: it has "
              + String.join(", ", found.subList(0, Math.min(3, found.size())))
              + (found.size() > 3 ? " and more" : "")
              + earlier
              + ". Nothing was changed",
          "name a database that does not exist yet (it is created), or drop this one first"
              + (RestoreMarker.isIncomplete(connection)
                  ? "; only the same restore, of the same moment and tables, goes on there"
                  : ""));
    }
  }

  private static State state(
      Connection connection, boolean exists, Optional<RestoreJournal.Begun> begun)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4,"
                    + " rolsuper, pg_catalog.pg_is_in_recovery()"
                    + " FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER")) {
      row.next();
      if (row.getBoolean(3)) {
        throw new PostgresException(
            Reason.FAILED,
            "into",
            "the target's server is a standby: it takes no writes",
            "name its primary");
      }
      return new State(exists, begun, row.getInt(1), row.getBoolean(2));
    }
  }

  /** The newest base's server must not be newer than the target. */
  void requireVersion(State state, int sourceVersion) {
    if (state.version() / 10_000 < sourceVersion / 10_000) {
      throw new PostgresException(
          Reason.FAILED,
          "into",
          "the target "
              + describe()
              + " is PostgreSQL "
              + state.version() / 10_000
              + ", older than the source, which was "
              + sourceVersion / 10_000,
          "restore into PostgreSQL " + sourceVersion / 10_000 + " or newer");
    }
  }

  /** Creates the database, which does not exist, with the source's locale if the server has it. */
  void create(Optional<DatabaseProperties> properties) {
    String name = Sql.identifier(connections.url().database());
    Connections maintenance = connections.withDatabase(MAINTENANCE);
    try (Connection connection = maintenance.open();
        Statement statement = connection.createStatement()) {
      List<String> ways = DatabaseRestore.create(name, properties);
      for (String create : ways) {
        try {
          statement.execute(create);
          return;
        } catch (SQLException e) {
          if (!NO_SUCH_LOCALE.contains(e.getSQLState()) || create.equals(ways.getLast())) {
            throw e;
          }
        }
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "creating the database " + name, maintenance.describe());
    }
  }

  /**
   * Drops a database that a killed restore has made.
   *
   * @throws PostgresException when that is alive
   */
  void dropLeft() throws SQLException {
    try (Connection connection = connections.open()) {
      EarlierSessions.end(connection, describe());
    }
    drop();
  }

  /** Drops the database, whoever is connected. */
  void drop() {
    String name = Sql.identifier(connections.url().database());
    Connections maintenance = connections.withDatabase(MAINTENANCE);
    try (Connection connection = maintenance.open();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
    } catch (SQLException e) {
      throw PostgresException.of(e, "dropping the database " + name, maintenance.describe());
    }
  }

  /** Ends a session at once, whatever it is doing. */
  static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      throw new IllegalStateException("ending a session failed", e);
    }
  }
}
