/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.Ports;
import dev.holdfast.embedded.Processes;
import dev.holdfast.model.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The embedded PostgreSQL that is protected: a primary and its streaming standby, in whatever roles
 * they are now.
 */
final class SourceServers {

  static final String DATABASE = "app";
  static final String OWNER = "app";
  static final String PROTECTION = "holdfast";

  private final DataFolder data;
  private final PortPlan ports;
  private final StackKeys keys;
  private final InstantSource clock;
  private final Roles roles;
  private final Map<String, EmbeddedPostgres> servers = new LinkedHashMap<>();

  SourceServers(DataFolder data, PortPlan ports, StackKeys keys, InstantSource clock) {
    this.data = data;
    this.ports = ports;
    this.keys = keys;
    this.clock = clock;
    this.roles = Roles.decide(found(Roles.FIRST), found(Roles.SECOND), data);
  }

  /** The roles when this run began. */
  Roles roles() {
    return roles;
  }

  int port(String server) {
    return ports.of(server);
  }

  /** The server, once it was started. */
  synchronized Optional<EmbeddedPostgres> server(String name) {
    return Optional.ofNullable(servers.get(name));
  }

  /**
   * Starts a server in its role; a missing one is made first, a standby from the running primary.
   */
  EmbeddedPostgres start(String name) {
    requireNotFenced(name);
    EmbeddedPostgres known;
    synchronized (this) {
      known = servers.get(name);
    }
    if (known != null) {
      known.start();
      return known;
    }
    boolean follows = roles.standby().filter(name::equals).isPresent();
    EmbeddedPostgres started = follows ? startStandby(name) : EmbeddedPostgres.start(options(name));
    synchronized (this) {
      servers.put(name, started);
    }
    if (!follows && !roles.awaitsPromotion()) {
      provision(started);
    }
    return started;
  }

  /** Whether the server was promoted or always was a primary. */
  boolean isPrimary(String name) {
    return !found(name).follows();
  }

  boolean isFenced(String name) {
    return Files.exists(data.fenced(name));
  }

  /**
   * Kills the server for good and proves that it is dead. The mark comes first: from then on no
   * start, by whomever and whenever, brings it back.
   */
  String fence(String name, Endpoint endpoint) {
    if (!isFenced(name)) {
      DataFolder.writePrivately(
          data.fenced(name),
          "Fenced at "
              + clock.instant()
              + ". Its clients were moved to the other server: never start it again.\n");
    }
    endpoint
        .target()
        .filter(target -> target.port() == port(name))
        .ifPresent(target -> endpoint.cut());
    server(name).ifPresent(EmbeddedPostgres::kill9);
    var left = Processes.workingIn(data.postgres(name), "postgres");
    left.forEach(ProcessHandle::destroyForcibly);
    for (var process : left) {
      if (!Processes.awaitDead(process, java.time.Duration.ofSeconds(20))) {
        throw new StandaloneException(
            "Process "
                + process.pid()
                + " of the PostgreSQL server '"
                + name
                + "' survived kill -9: it is not fenced.");
      }
    }
    if (!Ports.isFree(port(name))) {
      throw new StandaloneException(
          "Something still listens on port "
              + port(name)
              + " of the PostgreSQL server '"
              + name
              + "': it is not fenced.");
    }
    return "No process of the server in "
        + data.postgres(name)
        + " is left, nothing listens on port "
        + port(name)
        + ", and "
        + data.fenced(name)
        + " keeps it from being started.";
  }

  private void requireNotFenced(String name) {
    if (isFenced(name) && !roles.standby().filter(name::equals).isPresent()) {
      throw new StandaloneException(
          "The PostgreSQL server '" + name + "' is fenced and is not started.");
    }
    if (isFenced(name) && server(name).isPresent()) {
      throw new StandaloneException(
          "The PostgreSQL server '" + name + "' was fenced and is not started again.");
    }
  }

  private EmbeddedPostgres startStandby(String name) {
    var primary = server(roles.primary()).orElseThrow();
    if (!EmbeddedPostgres.holdsServer(data.postgres(name))) {
      removeMark(name);
    }
    return primary.startStandby(options(name), "standby_" + (name.equals(Roles.FIRST) ? "1" : "2"));
  }

  /** A fenced server whose folder was taken away makes room for a new standby. */
  private void removeMark(String name) {
    try {
      Files.deleteIfExists(data.fenced(name));
    } catch (IOException e) {
      throw new StandaloneException("The file " + data.fenced(name) + " can't be deleted: " + e, e);
    }
  }

  private EmbeddedPostgres.Options options(String name) {
    return EmbeddedPostgres.Options.in(data.postgres(name))
        .port(port(name))
        .password(keys.secret("postgres"))
        .setting("shared_buffers", "64MB")
        .log(data.log("postgres-" + name));
  }

  private Roles.Found found(String name) {
    var folder = data.postgres(name);
    return new Roles.Found(
        EmbeddedPostgres.holdsServer(folder),
        isFenced(name),
        Files.exists(folder.resolve("standby.signal")));
  }

  /** The database to protect and the roles, as far as they aren't there yet. */
  private void provision(EmbeddedPostgres primary) {
    try {
      role(primary, OWNER, "LOGIN", keys.secret("app"));
      role(primary, PROTECTION, "LOGIN REPLICATION BYPASSRLS", keys.secret("holdfast"));
      if (value(primary, "postgres", "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")
          == null) {
        primary.execute("postgres", "CREATE DATABASE " + DATABASE + " OWNER " + OWNER);
      }
      primary.execute(
          "postgres",
          "GRANT pg_read_all_data, pg_monitor, " + OWNER + " TO " + PROTECTION,
          "GRANT CREATE ON DATABASE " + DATABASE + " TO " + PROTECTION,
          "GRANT ALTER SYSTEM ON PARAMETER default_transaction_read_only TO " + PROTECTION);
      primary.execute(
          DATABASE,
          "ALTER SCHEMA public OWNER TO " + OWNER,
          "CREATE SCHEMA IF NOT EXISTS auth AUTHORIZATION " + OWNER,
          "CREATE SCHEMA IF NOT EXISTS storage AUTHORIZATION " + OWNER);
      for (String database : new String[] {"postgres", DATABASE}) {
        primary.execute(
            database,
            "GRANT EXECUTE ON FUNCTION pg_promote(boolean, integer) TO " + PROTECTION,
            "GRANT EXECUTE ON FUNCTION pg_reload_conf() TO " + PROTECTION);
      }
    } catch (SQLException e) {
      throw new StandaloneException(
          "The database '" + DATABASE + "' can't be prepared: " + e.getMessage(), e);
    }
  }

  private static void role(EmbeddedPostgres server, String name, String attributes, Secret password)
      throws SQLException {
    boolean exists =
        value(server, "postgres", "SELECT 1 FROM pg_roles WHERE rolname = '" + name + "'") != null;
    server.execute(
        "postgres",
        (exists ? "ALTER ROLE " : "CREATE ROLE ")
            + name
            + " "
            + attributes
            + " PASSWORD '"
            + password.reveal()
            + "'");
  }

  static @Nullable String value(EmbeddedPostgres server, String database, String query)
      throws SQLException {
    try (var connection = server.connect(database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }
}
