/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import dev.holdfast.model.Lsn;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PgConnection;

/**
 * Opens connections to a database whose text output is always the same: search path empty, row
 * security never filtering, dates, intervals, floats, bytea and time zone pinned, no timeouts that
 * a role's or database's settings may have put on sessions.
 *
 * <p>With several servers in the url, the primary is looked up for every connection: the server
 * that is not in recovery, on the highest timeline. Work that must stay on one server takes {@link
 * #primary()} first.
 */
public final class Connections {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final DatabaseUrl url;
  private final Credentials credentials;
  private final String application;
  private final Duration connectTimeout;
  private final boolean writing;

  private Connections(
      DatabaseUrl url,
      Credentials credentials,
      String application,
      Duration connectTimeout,
      boolean writing) {
    this.url = url;
    this.credentials = credentials;
    this.application = application;
    this.connectTimeout = connectTimeout;
    this.writing = writing;
  }

  public static Connections to(DatabaseUrl url, Credentials credentials) {
    return new Connections(
        url.withoutCredentials(), credentials, "holdfast", CONNECT_TIMEOUT, false);
  }

  /** As {@code to}, with the user and password that the url holds. */
  public static Connections to(DatabaseUrl url) {
    return to(
        url,
        url.credentials()
            .orElseThrow(
                () ->
                    new PostgresException(
                        PostgresException.Reason.BAD_CREDENTIALS,
                        "user",
                        "no user is given for " + url,
                        "give user and password, or add ?user=...&password=... to the url")));
  }

  /** The same under another {@code application_name}, as {@code pg_stat_activity} shows it. */
  public Connections named(String name) {
    return new Connections(url, credentials, name, connectTimeout, writing);
  }

  public Connections withConnectTimeout(Duration timeout) {
    return new Connections(url, credentials, application, timeout, writing);
  }

  /** The same, for sessions that write where a database or role says that sessions only read. */
  public Connections writing() {
    return new Connections(url, credentials, application, connectTimeout, true);
  }

  /** The same servers, another database. */
  public Connections withDatabase(String database) {
    return new Connections(
        url.withDatabase(database), credentials, application, connectTimeout, writing);
  }

  /** The same, on one server only. */
  public Connections on(Server server) {
    return new Connections(url.on(server), credentials, application, connectTimeout, writing);
  }

  /** Where these connections go; holds no secret. */
  public DatabaseUrl url() {
    return url;
  }

  public Credentials credentials() {
    return credentials;
  }

  /** The url without secrets, for messages. */
  public String describe() {
    return url.toString();
  }

  /** A connection to the only server of the url, or to the primary among several. */
  public Connection open() {
    return url.servers().size() == 1 ? open(url.servers().getFirst(), false) : openPrimary();
  }

  /** These connections, pinned to the server that is the primary now. */
  public Connections primary() {
    try (Connection found = openPrimary()) {
      return on(serverOf(found));
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking for the primary", describe());
    }
  }

  /** A connection in replication mode to the only server of the url, or to the primary. */
  public ReplicationConnection openReplication() {
    Server server =
        url.servers().size() == 1 ? url.servers().getFirst() : primary().url().servers().getFirst();
    return new ReplicationConnection(open(server, true), url.on(server).toString());
  }

  /** One server that can be written to. */
  private record Candidate(Connection connection, int timeline) {}

  private Connection openPrimary() {
    @Nullable Candidate best = null;
    List<String> refusals = new ArrayList<>();
    @Nullable PostgresException last = null;
    for (Server server : url.servers()) {
      try {
        Optional<Candidate> candidate = candidate(server, refusals);
        if (candidate.isEmpty()) {
          continue;
        }
        // Two writable servers: an old primary that was not fenced. History goes on on the one
        // with the higher timeline.
        if (best == null || candidate.get().timeline() > best.timeline()) {
          close(best);
          best = candidate.get();
        } else {
          close(candidate.get());
        }
      } catch (PostgresException e) {
        last = e;
        refusals.add(server + ": " + e.what());
      }
    }
    if (best != null) {
      return best.connection();
    }
    if (last != null && refusals.size() == 1) {
      throw last;
    }
    throw new PostgresException(
        last == null ? PostgresException.Reason.UNREACHABLE : last.reason(),
        "url",
        "no primary among the servers of " + url + ": " + String.join("; ", refusals),
        "check that one of the servers is up and not in recovery",
        last);
  }

  private Optional<Candidate> candidate(Server server, List<String> refusals) {
    Connection connection = open(server, false);
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL ELSE"
                    + " pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()) END")) {
      row.next();
      @Nullable String file = row.getString(1);
      if (file == null) {
        connection.close();
        refusals.add(server + ": is in recovery (a standby)");
        return Optional.empty();
      }
      // The first 8 digits of a log file's name are its timeline.
      return Optional.of(
          new Candidate(connection, Integer.parseUnsignedInt(file.substring(0, 8), 16)));
    } catch (SQLException e) {
      close(new Candidate(connection, 0));
      throw PostgresException.of(e, "asking for its role", url.on(server).toString());
    }
  }

  private static void close(@Nullable Candidate candidate) {
    if (candidate == null) {
      return;
    }
    try {
      candidate.connection().close();
    } catch (SQLException e) {
      // It is of no use any more; the connection that is kept is another one.
      throw new IllegalStateException("closing an unused connection failed", e);
    }
  }

  private Server serverOf(Connection connection) throws SQLException {
    org.postgresql.util.HostSpec spec =
        connection.unwrap(PgConnection.class).getQueryExecutor().getHostSpec();
    return new Server(spec.getHost(), spec.getPort());
  }

  private Connection open(Server server, boolean replication) {
    String where = url.on(server).toString();
    String doing = replication ? "connecting for replication" : "connecting";
    Connection connection;
    try {
      connection = driver().connect(jdbcUrl(server), properties(replication));
    } catch (SQLException e) {
      throw PostgresException.of(e, doing, where);
    }
    if (connection == null) {
      throw new IllegalStateException("the PostgreSQL driver does not take " + where);
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(pin(connection));
      if (writing) {
        statement.execute("SET default_transaction_read_only = off");
      }
      return connection;
    } catch (SQLException e) {
      try {
        connection.close();
      } catch (SQLException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw PostgresException.of(e, "setting up the session", where);
    }
  }

  private static java.sql.Driver driver() {
    try {
      if (!Driver.isRegistered()) {
        Driver.register();
      }
      return DriverManager.getDriver("jdbc:postgresql://localhost/x");
    } catch (SQLException e) {
      throw new IllegalStateException("the PostgreSQL driver is not on the class path", e);
    }
  }

  private String jdbcUrl(Server server) {
    return new DatabaseUrl(List.of(server), url.database(), java.util.Map.of()).jdbc();
  }

  private Properties properties(boolean replication) {
    Properties properties = new Properties();
    url.parameters().forEach(properties::setProperty);
    PGProperty.USER.set(properties, credentials.user());
    PGProperty.PASSWORD.set(properties, credentials.password().reveal());
    PGProperty.APPLICATION_NAME.set(properties, application);
    if (!url.parameters().containsKey(PGProperty.CONNECT_TIMEOUT.getName())) {
      PGProperty.CONNECT_TIMEOUT.set(properties, Math.toIntExact(connectTimeout.toSeconds()));
    }
    if (!url.parameters().containsKey(PGProperty.LOGIN_TIMEOUT.getName())) {
      PGProperty.LOGIN_TIMEOUT.set(properties, Math.toIntExact(connectTimeout.toSeconds()));
    }
    if (!url.parameters().containsKey(PGProperty.TCP_KEEP_ALIVE.getName())) {
      PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    }
    // Server-side plans survive neither DDL nor our empty search path well, and gain nothing here.
    PGProperty.PREPARE_THRESHOLD.set(properties, 0);
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "15");
    if (replication) {
      PGProperty.REPLICATION.set(properties, "database");
      PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    }
    return properties;
  }

  /** One statement that pins everything that changes how values print or how long they may take. */
  private static String pin(Connection connection) throws SQLException {
    int version = connection.unwrap(PgConnection.class).getServerMajorVersion();
    StringBuilder sql = new StringBuilder("SELECT ");
    for (String[] pair : PINNED) {
      sql.append("pg_catalog.set_config('").append(pair[0]).append("','").append(pair[1]);
      sql.append("',false),");
    }
    if (version >= 17) {
      sql.append("pg_catalog.set_config('transaction_timeout','0',false),");
    }
    return sql.append("pg_catalog.set_config('search_path','',false)").toString();
  }

  private static final String[][] PINNED = {
    {"row_security", "off"},
    {"DateStyle", "ISO, MDY"},
    {"IntervalStyle", "postgres"},
    {"extra_float_digits", "1"},
    {"bytea_output", "hex"},
    {"TimeZone", "UTC"},
    {"lc_monetary", "C"},
    // How values are read again: XML need not be a document, and NULL in an array is no text.
    {"xmloption", "content"},
    {"array_nulls", "on"},
    {"client_encoding", "UTF8"},
    {"standard_conforming_strings", "on"},
    {"quote_all_identifiers", "off"},
    {"statement_timeout", "0"},
    {"lock_timeout", "0"},
    {"idle_in_transaction_session_timeout", "0"},
    {"idle_session_timeout", "0"},
  };

  /** The log position up to which a primary has written. */
  public Lsn currentLsn() {
    try (Connection connection = open();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_current_wal_lsn()")) {
      row.next();
      return Lsn.parse(row.getString(1));
    } catch (SQLException e) {
      throw PostgresException.of(e, "asking for the log position", describe());
    }
  }
}
