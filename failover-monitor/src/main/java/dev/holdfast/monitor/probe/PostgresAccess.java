/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.probe;

import dev.holdfast.model.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * How the monitor reaches one PostgreSQL server: always over a fresh connection, because an old one
 * says nothing about the next client's.
 *
 * @param url JDBC url that names exactly one server
 * @param timeout to connect, and again for each answer
 */
public record PostgresAccess(String url, String user, Secret password, Duration timeout) {

  public PostgresAccess {
    String server = server(url);
    if (server.contains(",")) {
      throw new IllegalArgumentException(
          "url '" + withoutParameters(url) + "' names several servers; a probe needs one");
    }
    if (timeout.toSeconds() < 1) {
      throw new IllegalArgumentException("probe timeout " + timeout + " must be at least 1 s");
    }
  }

  /** {@code host:port}. */
  public String server() {
    return server(url);
  }

  private static String server(String url) {
    Properties parsed =
        Optional.ofNullable(Driver.parseURL(url, new Properties()))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "url '"
                            + withoutParameters(url)
                            + "' must be of the form jdbc:postgresql://host:port/database"));
    String[] hosts = parsed.getProperty(PGProperty.PG_HOST.getName(), "localhost").split(",");
    String[] ports = parsed.getProperty(PGProperty.PG_PORT.getName(), "5432").split(",");
    StringBuilder servers = new StringBuilder();
    for (int i = 0; i < hosts.length; i++) {
      servers.append(i == 0 ? "" : ",").append(hosts[i]).append(':').append(ports[i]);
    }
    return servers.toString();
  }

  /** Parameters may carry a password. */
  private static String withoutParameters(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }

  Connection connect() throws SQLException {
    String seconds = Long.toString(timeout.toSeconds());
    Properties properties = new Properties();
    properties.setProperty(PGProperty.USER.getName(), user);
    properties.setProperty(PGProperty.PASSWORD.getName(), password.reveal());
    properties.setProperty(PGProperty.CONNECT_TIMEOUT.getName(), seconds);
    properties.setProperty(PGProperty.SOCKET_TIMEOUT.getName(), seconds);
    properties.setProperty(PGProperty.LOGIN_TIMEOUT.getName(), seconds);
    properties.setProperty(PGProperty.APPLICATION_NAME.getName(), "holdfast-failover-monitor");
    properties.setProperty(
        PGProperty.OPTIONS.getName(), "-c statement_timeout=" + timeout.toMillis());
    return DriverManager.getConnection(url, properties);
  }
}
