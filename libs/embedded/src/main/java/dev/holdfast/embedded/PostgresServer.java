/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import dev.holdfast.model.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.postgresql.Driver;

/** A PostgreSQL server whose superuser is ours, whoever runs it. */
public interface PostgresServer {

  /** The superuser of every such server. */
  String SUPERUSER = "postgres";

  String host();

  int port();

  /** Of the superuser. */
  Secret password();

  /** {@code jdbc:postgresql://host:port/database}, without user and password. */
  default String jdbcUrl(String database) {
    return "jdbc:postgresql://" + host() + ":" + port() + "/" + database;
  }

  /** A connection as superuser. */
  default Connection connect(String database) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", SUPERUSER);
    properties.setProperty("password", password().reveal());
    properties.setProperty("connectTimeout", "10");
    // Not by DriverManager: it knows the drivers of one class loader only, and tests have several.
    return Objects.requireNonNull(new Driver().connect(jdbcUrl(database), properties));
  }

  /** Runs statements as superuser, one transaction each. */
  default void execute(String database, String... statements) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
