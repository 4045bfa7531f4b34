/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.ddl.DdlRecord;
import dev.holdfast.postgres.ddl.DdlTriggers;
import dev.holdfast.postgres.scope.TableScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The publication of a source: exactly the tables in scope whose changes can be streamed without
 * making a write fail.
 *
 * <p>Tables are always listed one by one. With {@code FOR ALL TABLES} or {@code TABLES IN SCHEMA},
 * a table that somebody creates later without a primary key would be published at once, and every
 * UPDATE and DELETE on it would fail.
 */
public final class Publications {

  private static final int ATTEMPTS = 5;

  private final Connections connections;
  private final Duration lockTimeout;

  public Publications(Connections connections, Duration lockTimeout) {
    this.connections = connections;
    this.lockTimeout = lockTimeout;
  }

  /**
   * Creates the publication or brings it in line with the scope, and creates our own schema before.
   * Must be done before a slot is created or a base taken: what commits between the publication and
   * the slot's consistent point is in the base.
   *
   * @return the catalog that the publication follows
   */
  public SourceCatalog apply(String publication, TableScope scope) {
    String doing = "preparing the publication '" + publication + "'";
    try (Connection connection = connections.open()) {
      OwnObjects.create(connection);
      CatalogState.prepare(connection);
      // Before the publication is: what is created after it has to be added to it.
      DdlTriggers.install(connection, publication, scope);
      connection.setAutoCommit(false);
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        SourceCatalog catalog = SourceCatalog.read(connection, scope);
        if (!publish(connection, publication, catalog.streamed())) {
          connection.rollback();
          continue;
        }
        // The lock that publishing a table takes keeps its identity from changing until we commit:
        // what is true now stays true.
        SourceCatalog locked = SourceCatalog.read(connection, scope);
        if (locked.streamed().equals(catalog.streamed())) {
          connection.commit();
          return locked;
        }
        connection.rollback();
      }
      throw new PostgresException(
          PostgresException.Reason.SCHEMA_CHANGED,
          null,
          doing + " at " + connections.describe() + ": the tables in scope change all the time",
          "repeat when no DDL runs");
    } catch (SQLException e) {
      throw failure(e, doing);
    }
  }

  /** Removes the publication; does nothing when there is none. */
  public void drop(String publication) {
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP PUBLICATION IF EXISTS " + Sql.identifier(publication));
    } catch (SQLException e) {
      throw PostgresException.of(
          e, "dropping the publication '" + publication + "'", connections.describe());
    }
  }

  private PostgresException busy(String doing) {
    return new PostgresException(
        PostgresException.Reason.BLOCKED,
        null,
        doing
            + " at "
            + connections.describe()
            + " waited longer than "
            + lockTimeout.toSeconds()
            + " s for a lock on a table",
        "let the DDL or VACUUM that holds it end, then repeat");
  }

  private PostgresException failure(SQLException e, String doing) {
    if ("42501".equals(e.getSQLState())) {
      return new PostgresException(
          PostgresException.Reason.NO_RIGHTS,
          "user",
          doing + " at " + connections.describe() + " failed: " + e.getMessage(),
          "the user needs CREATE on the database and ownership of the tables in scope"
              + " (GRANT owner_role TO user), or a superuser's help",
          e);
    }
    return PostgresException.of(e, doing, connections.describe());
  }

  /** False when one of the tables is gone meanwhile. */
  private boolean publish(Connection connection, String publication, List<SourceTable> streamed)
      throws SQLException {
    List<String> names = new ArrayList<>();
    OwnObjects.PUBLISHED.forEach(t -> names.add(Sql.qualified(TableScope.OWN_SCHEMA, t)));
    if (ownOids(connection).size() > names.size()) {
      names.add(Sql.qualified(TableScope.OWN_SCHEMA, DdlRecord.TABLE));
    }
    streamed.forEach(t -> names.add(t.quoted()));
    Set<Long> wanted = new TreeSet<>(ownOids(connection));
    streamed.forEach(t -> wanted.add(t.oid()));
    State state = state(connection, publication);
    Set<Long> published = published(connection, publication);
    if (state == State.AS_WANTED && published.equals(wanted)) {
      // Altering makes every decoding session read the catalog again; not without need.
      return true;
    }
    List<String> locked = new ArrayList<>(names);
    for (long oid : published) {
      if (!wanted.contains(oid)) {
        locked.add(single(connection, "SELECT " + oid + "::pg_catalog.regclass"));
      }
    }
    // What publishing locks, but never waiting for one table while another is locked.
    switch (TableLocks.take(
        connection, TableLocks.Mode.SHARE_UPDATE_EXCLUSIVE, locked, lockTimeout)) {
      case HELD -> {}
      case GONE -> {
        return false;
      }
      case BUSY -> throw busy("preparing the publication '" + publication + "'");
    }
    // ONLY: a table must not bring inheritance children in that have no identity.
    String tables = "TABLE ONLY " + String.join(", ONLY ", names);
    try (Statement statement = connection.createStatement()) {
      switch (state) {
        case ABSENT ->
            statement.execute(
                "CREATE PUBLICATION "
                    + Sql.identifier(publication)
                    + " FOR "
                    + tables
                    + " WITH ("
                    + OPTIONS
                    + ")");
        case OTHER_OPTIONS -> {
          statement.execute(
              "ALTER PUBLICATION " + Sql.identifier(publication) + " SET (" + OPTIONS + ")");
          statement.execute("ALTER PUBLICATION " + Sql.identifier(publication) + " SET " + tables);
        }
        case AS_WANTED ->
            statement.execute(
                "ALTER PUBLICATION " + Sql.identifier(publication) + " SET " + tables);
      }
    }
    return true;
  }

  private static final String OPTIONS =
      "publish = 'insert, update, delete, truncate', publish_via_partition_root = false";

  private enum State {
    ABSENT,
    OTHER_OPTIONS,
    AS_WANTED
  }

  private static State state(Connection connection, String publication) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT puballtables,
                   pubinsert AND pubupdate AND pubdelete AND pubtruncate AND NOT pubviaroot
            FROM pg_catalog.pg_publication WHERE pubname = ?
            """)) {
      statement.setString(1, publication);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return State.ABSENT;
        }
        if (row.getBoolean(1)) {
          throw new PostgresException(
              PostgresException.Reason.WRONG_SETTING,
              "publication",
              "the publication '"
                  + publication
                  + "' exists already and is FOR ALL TABLES, which makes updates fail on tables"
                  + " without a primary key",
              "drop it (DROP PUBLICATION "
                  + Sql.identifier(publication)
                  + "), it is created again as it must be");
        }
        return row.getBoolean(2) ? State.AS_WANTED : State.OTHER_OPTIONS;
      }
    }
  }

  /**
   * Adds our own tables that are not in it yet, to a publication that an older version made.
   *
   * @return why the triggers that note changes of definitions are not there; empty when they are
   */
  public Optional<String> complete(String publication, TableScope scope) {
    try (Connection connection = connections.open()) {
      OwnObjects.create(connection);
      CatalogState.prepare(connection);
      Optional<String> without = DdlTriggers.install(connection, publication, scope);
      Set<Long> missing = new TreeSet<>(ownOids(connection));
      missing.removeAll(published(connection, publication));
      if (!missing.isEmpty() && state(connection, publication) != State.ABSENT) {
        try (Statement statement = connection.createStatement()) {
          for (long oid : missing) {
            statement.execute(
                "ALTER PUBLICATION "
                    + Sql.identifier(publication)
                    + " ADD TABLE ONLY "
                    + single(connection, "SELECT " + oid + "::pg_catalog.regclass"));
          }
        }
      }
      return without;
    } catch (SQLException e) {
      throw failure(e, "completing the publication '" + publication + "'");
    }
  }

  private static String single(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Tables that the session's snapshot shows in scope and to be streamed, but not published. */
  public static Set<Long> missing(Connection connection, String publication, SourceCatalog catalog)
      throws SQLException {
    Set<Long> missing = new TreeSet<>();
    catalog.streamed().forEach(t -> missing.add(t.oid()));
    missing.removeAll(published(connection, publication));
    return missing;
  }

  /** Whether the session's snapshot shows exactly the catalog's streamed tables as published. */
  public static boolean covers(Connection connection, String publication, SourceCatalog catalog)
      throws SQLException {
    Set<Long> wanted = new TreeSet<>(ownOids(connection));
    catalog.streamed().forEach(t -> wanted.add(t.oid()));
    return state(connection, publication) == State.AS_WANTED
        && published(connection, publication).equals(wanted);
  }

  private static Set<Long> published(Connection connection, String publication)
      throws SQLException {
    return oids(
        connection,
        """
        SELECT r.prrelid::bigint FROM pg_catalog.pg_publication_rel r
        JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid WHERE p.pubname = ?
        """,
        publication);
  }

  private static Set<Long> ownOids(Connection connection) throws SQLException {
    return oids(
        connection,
        """
        SELECT c.oid::bigint FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ? AND c.relname IN ('heartbeat', 'promotion', 'ddl')
        """,
        TableScope.OWN_SCHEMA);
  }

  private static Set<Long> oids(Connection connection, String sql, String parameter)
      throws SQLException {
    Set<Long> oids = new TreeSet<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, parameter);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          oids.add(row.getLong(1));
        }
      }
    }
    return oids;
  }
}
