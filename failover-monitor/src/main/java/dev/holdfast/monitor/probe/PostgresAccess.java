/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.probe;

import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * How the monitor reaches one PostgreSQL server: always over a fresh connection, because an old one
 * says nothing about the next client's.
 *
 * @param timeout to connect, and again for each answer
 */
public record PostgresAccess(DatabaseUrl url, Credentials credentials, Duration timeout) {

  public PostgresAccess {
    if (url.servers().size() != 1) {
      throw new IllegalArgumentException("url " + url + " must name one server to be probed");
    }
    if (timeout.toSeconds() < 1) {
      throw new IllegalArgumentException("probe timeout " + timeout + " must be at least 1 s");
    }
  }

  /** {@code host:port}. */
  public String server() {
    return url.servers().getFirst().toString();
  }

  Connection connect() throws SQLException {
    String seconds = Long.toString(timeout.toSeconds());
    Properties properties = new Properties();
    PGProperty.USER.set(properties, credentials.user());
    PGProperty.PASSWORD.set(properties, credentials.password().reveal());
    PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
    PGProperty.SOCKET_TIMEOUT.set(properties, seconds);
    PGProperty.LOGIN_TIMEOUT.set(properties, seconds);
    PGProperty.APPLICATION_NAME.set(properties, "holdfast-failover-monitor");
    PGProperty.OPTIONS.set(
        properties, "-c search_path= -c statement_timeout=" + timeout.toMillis());
    // Not by DriverManager, which knows the drivers of one class loader only.
    return Objects.requireNonNull(
        new Driver().connect(url.withoutCredentials().jdbc(), properties));
  }
}
