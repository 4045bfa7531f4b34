/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Secret;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;

/** The PostgreSQL that services keep their state in, one database each. */
final class ControlDatabaseServer {

  private static final String ROLE = "holdfast_control";

  private final Surroundings around;
  private final Parts parts;

  ControlDatabaseServer(Surroundings around, Parts parts) {
    this.around = around;
    this.parts = parts;
  }

  /** Starts it, unless there is an existing one, and creates what is missing in it. */
  Settings.ControlDatabase start(StackKeys keys) {
    var external = around.settings().control();
    if (external.isPresent()) {
      createDatabases(external.get(), Optional.empty());
      return external.get();
    }
    var options =
        EmbeddedPostgres.Options.in(around.data().postgres("control"))
            .port(around.ports().of(PortPlan.CONTROL_DATABASE))
            .password(keys.secret("control"))
            .setting("wal_level", "replica")
            .setting("max_connections", "60")
            .log(around.data().log("postgres-control"));
    var server = EmbeddedPostgres.of(options);
    parts
        .server(
            PortPlan.CONTROL_DATABASE,
            () -> {
              server.start();
              return server.process();
            },
            () -> true)
        .start();
    around.state().postgres("control", server.port(), server.folder());
    String address = "jdbc:postgresql://127.0.0.1:" + server.port();
    createDatabases(
        new Settings.ControlDatabase(address, EmbeddedPostgres.SUPERUSER, keys.secret("control")),
        Optional.of(keys.secret("control-services")));
    around.console().ready("control database", "127.0.0.1:" + server.port());
    return new Settings.ControlDatabase(address, ROLE, keys.secret("control-services"));
  }

  /**
   * Creates what is missing: the services' databases and, on our own server, the role that owns
   * them.
   */
  private static void createDatabases(
      Settings.ControlDatabase server, Optional<Secret> rolePassword) {
    try (var connection =
            DriverManager.getConnection(
                server.server() + "/postgres", server.user(), server.password().reveal());
        var statement = connection.createStatement()) {
      if (rolePassword.isPresent() && !exists(statement, "pg_roles", "rolname", ROLE)) {
        statement.execute(
            "CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + rolePassword.get().reveal() + "'");
      }
      for (var service : Service.values()) {
        if (service.database().isPresent()
            && !exists(statement, "pg_database", "datname", service.database().get())) {
          statement.execute(
              "CREATE DATABASE "
                  + service.database().get()
                  + (rolePassword.isPresent() ? " OWNER " + ROLE : ""));
        }
      }
    } catch (SQLException e) {
      throw new StandaloneException(
          "The control database "
              + server.server()
              + " can't be prepared: "
              + e.getMessage()
              + "\nHINT: Its user must be able to connect to the database 'postgres' and to create databases.",
          e);
    }
  }

  private static boolean exists(
      java.sql.Statement statement, String table, String column, String name) throws SQLException {
    try (var rows =
        statement.executeQuery(
            "SELECT 1 FROM " + table + " WHERE " + column + " = '" + name + "'")) {
      return rows.next();
    }
  }
}
