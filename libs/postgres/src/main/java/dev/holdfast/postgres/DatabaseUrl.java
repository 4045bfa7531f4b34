/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import dev.holdfast.model.Secret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Where a database is: one or more servers of one cluster, a database on them, and connection
 * parameters. Text form: {@code jdbc:postgresql://host1:5432,host2:5432/database?sslmode=require}.
 *
 * <p>Only parameters that are safe to take from a request are accepted: others can make the driver
 * load classes or write files.
 */
public record DatabaseUrl(List<Server> servers, String database, Map<String, String> parameters) {

  private static final String SCHEME = "jdbc:postgresql:";
  private static final Set<String> SECRET = Set.of("password", "sslpassword");
  private static final Set<String> KNOWN =
      new TreeSet<>(
          Set.of(
              "user",
              "password",
              "ssl",
              "sslmode",
              "sslrootcert",
              "sslcert",
              "sslkey",
              "sslpassword",
              "sslNegotiation",
              "channelBinding",
              "gssEncMode",
              "connectTimeout",
              "loginTimeout",
              "socketTimeout",
              "tcpKeepAlive",
              "targetServerType",
              "options",
              "ApplicationName"));

  public DatabaseUrl {
    servers = List.copyOf(servers);
    parameters = Map.copyOf(parameters);
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("a database url needs at least one server");
    }
    if (database.isBlank()) {
      throw new IllegalArgumentException("a database url needs a database");
    }
  }

  /**
   * Reads {@code jdbc:postgresql://host[:port][,host[:port]]/database[?name=value&...]}.
   *
   * @throws PostgresException {@code BAD_URL}, naming the part that is wrong
   */
  public static DatabaseUrl parse(String text) {
    String url = text.strip();
    if (url.startsWith("postgresql://") || url.startsWith("postgres://")) {
      throw bad(
          "it is a libpq url",
          "write jdbc:postgresql://host:port/database and pass user and password apart");
    }
    if (!url.startsWith(SCHEME + "//")) {
      throw bad("it does not start with " + SCHEME + "//", form());
    }
    String rest = url.substring(SCHEME.length() + 2);
    int question = rest.indexOf('?');
    String query = question < 0 ? "" : rest.substring(question + 1);
    String place = question < 0 ? rest : rest.substring(0, question);
    int slash = place.indexOf('/');
    if (slash < 0 || slash == place.length() - 1) {
      throw bad("it names no database", form());
    }
    String hosts = place.substring(0, slash);
    if (hosts.indexOf('@') >= 0) {
      throw bad(
          "it holds user or password before '@'",
          "pass them apart, or as ?user=...&password=... with % encoding");
    }
    List<Server> servers = new ArrayList<>();
    for (String host : hosts.split(",", -1)) {
      servers.add(server(host.strip()));
    }
    String database = decode(place.substring(slash + 1));
    if (database.indexOf('/') >= 0) {
      throw bad("the database name '" + database + "' holds a '/'", form());
    }
    return new DatabaseUrl(servers, database, parameters(query));
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new TreeMap<>();
    for (String pair : query.split("&")) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw bad("parameter '" + pair + "' has no value", "write name=value");
      }
      String name = decode(pair.substring(0, equals));
      if (!KNOWN.contains(name)) {
        throw bad(
            "parameter '" + name + "' is not supported",
            "leave it out; supported are " + String.join(", ", KNOWN));
      }
      parameters.put(name, decode(pair.substring(equals + 1)));
    }
    return parameters;
  }

  private static Server server(String text) {
    String host = text;
    int port = Server.DEFAULT_PORT;
    int colon = text.lastIndexOf(':');
    if (colon > text.lastIndexOf(']')) {
      host = text.substring(0, colon);
      try {
        port = Integer.parseInt(text.substring(colon + 1));
      } catch (NumberFormatException e) {
        throw bad("port '" + text.substring(colon + 1) + "' is not a number", form());
      }
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      return new Server(host, port);
    } catch (IllegalArgumentException e) {
      throw bad(e.getMessage() == null ? "bad server" : e.getMessage(), form());
    }
  }

  private static String decode(String text) {
    try {
      // A plus sign is a plus sign here: only % sequences are encoded.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw bad("'" + text + "' holds a broken % sequence", "write a plain '%' as %25");
    }
  }

  private static String form() {
    return "write jdbc:postgresql://host:port/database";
  }

  private static PostgresException bad(String what, String fix) {
    // The text itself is not repeated: it may hold a password in a place we did not expect.
    return new PostgresException(
        PostgresException.Reason.BAD_URL, "url", "the database url is not usable: " + what, fix);
  }

  /** User and password, where the parameters hold them. */
  public Optional<Credentials> credentials() {
    String user = parameters.get("user");
    return user == null || user.isBlank()
        ? Optional.empty()
        : Optional.of(new Credentials(user, new Secret(parameters.getOrDefault("password", ""))));
  }

  /** The same without user and password. */
  public DatabaseUrl withoutCredentials() {
    Map<String, String> rest = new TreeMap<>(parameters);
    rest.remove("user");
    rest.remove("password");
    return new DatabaseUrl(servers, database, rest);
  }

  /** The same cluster, another database. */
  public DatabaseUrl withDatabase(String other) {
    return new DatabaseUrl(servers, other, parameters);
  }

  /** The same database, on one server. */
  public DatabaseUrl on(Server server) {
    return new DatabaseUrl(List.of(server), database, parameters);
  }

  /** The text form, secrets included: for handing on to a JDBC pool or a child, never for a log. */
  public String jdbc() {
    return text(false);
  }

  @Override
  public String toString() {
    return text(true);
  }

  private String text(boolean masked) {
    String query =
        new TreeMap<>(parameters)
            .entrySet().stream()
                .map(
                    e ->
                        e.getKey()
                            + "="
                            + (masked && SECRET.contains(e.getKey())
                                ? "***"
                                : encode(e.getValue())))
                .collect(Collectors.joining("&"));
    return SCHEME
        + "//"
        + servers.stream().map(Server::toString).collect(Collectors.joining(","))
        + "/"
        + encode(database)
        + (query.isEmpty() ? "" : "?" + query);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
