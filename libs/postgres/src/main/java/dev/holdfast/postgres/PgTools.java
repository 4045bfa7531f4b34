/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds PostgreSQL's client programs on this machine and prepares runs of them. */
public final class PgTools {

  /**
   * A folder whose programs are taken if they are new enough: environment variable {@code
   * HOLDFAST_PG_BIN}.
   */
  public static final String FOLDER_VARIABLE = "HOLDFAST_PG_BIN";

  /** How the sessions of these programs are named. */
  public static final String SESSIONS = "holdfast-schema";

  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)(?:\\.(\\d+))?");

  /** One client program, such as {@code /usr/bin/pg_dump} 15.19. */
  public record Tool(Path path, int major, int minor) {

    /** A process of this program that connects as {@code connections} do; no secret in its args. */
    public ProcessBuilder command(Connections connections, List<String> arguments) {
      List<String> command = new ArrayList<>();
      command.add(path.toString());
      command.addAll(arguments);
      ProcessBuilder builder = new ProcessBuilder(command);
      Map<String, String> environment = builder.environment();
      environment.keySet().removeIf(name -> name.startsWith("PG") && !name.equals("PGSYSCONFDIR"));
      environment.putAll(PgTools.environment(connections));
      environment.put("LC_ALL", "C");
      return builder;
    }
  }

  private PgTools() {}

  /**
   * The {@code pg_dump} or {@code pg_restore} that works with a server: that of the folder which
   * the environment names, else the newest here.
   *
   * @param program {@code pg_dump} or {@code pg_restore}
   * @param serverVersion {@code server_version_num}, such as 150019
   * @throws PostgresException {@code NO_PG_DUMP} or {@code PG_DUMP_TOO_OLD}
   */
  public static Tool require(String program, int serverVersion) {
    return require(program, serverVersion, named(), machine());
  }

  /**
   * @param named the folder that the environment names
   * @param machine all others
   */
  static Tool require(String program, int serverVersion, Optional<Path> named, List<Path> machine) {
    int major = serverVersion / 10_000;
    for (Tool tool : find(program, named.stream().toList())) {
      if (tool.major() >= major) {
        return tool;
      }
    }
    List<Path> folders = Stream.concat(named.stream(), machine.stream()).toList();
    List<Tool> found = find(program, folders);
    if (found.isEmpty()) {
      throw new PostgresException(
          PostgresException.Reason.NO_PG_DUMP,
          null,
          notFound(program, candidates(program, folders)),
          install(major));
    }
    Tool newest =
        Collections.max(found, Comparator.comparingInt(Tool::major).thenComparingInt(Tool::minor));
    if (newest.major() < major) {
      throw new PostgresException(
          PostgresException.Reason.PG_DUMP_TOO_OLD,
          null,
          program
              + " is older than the server, which is "
              + major
              + "; here are "
              + found.stream()
                  .map(tool -> tool.major() + "." + tool.minor() + " (" + tool.path() + ")")
                  .distinct()
                  .collect(Collectors.joining(", ")),
          install(major));
    }
    return newest;
  }

  private static String notFound(String program, List<Path> broken) {
    return broken.isEmpty()
        ? program + " was not found on this machine"
        : program
            + " was not found on this machine: "
            + broken.stream().map(Path::toString).collect(Collectors.joining(", "))
            + " does not answer --version as PostgreSQL's program does";
  }

  private static String install(int major) {
    return "install PostgreSQL's client programs, version "
        + major
        + " or newer (Debian: apt-get install postgresql-client-"
        + major
        + "), or name their folder in "
        + FOLDER_VARIABLE;
  }

  /** All usable programs of that name, in search order. */
  public static List<Tool> find(String program) {
    return find(program, Stream.concat(named().stream(), machine().stream()).toList());
  }

  private static Optional<Path> named() {
    return Optional.ofNullable(System.getenv(FOLDER_VARIABLE))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of);
  }

  private static List<Path> machine() {
    List<Path> folders = new ArrayList<>();
    for (String folder :
        Optional.ofNullable(System.getenv("PATH")).orElse("").split(java.io.File.pathSeparator)) {
      if (!folder.isEmpty()) {
        folders.add(Path.of(folder));
      }
    }
    for (String family :
        List.of("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")) {
      folders.addAll(versionFolders(Path.of(family)));
    }
    return folders;
  }

  static List<Tool> find(String program, List<Path> folders) {
    return candidates(program, folders).stream()
        .flatMap(candidate -> version(candidate).stream())
        .toList();
  }

  private static List<Path> candidates(String program, List<Path> folders) {
    return folders.stream()
        .map(folder -> folder.resolve(program))
        .filter(candidate -> Files.isExecutable(candidate) && !Files.isDirectory(candidate))
        .distinct()
        .toList();
  }

  private static List<Path> versionFolders(Path family) {
    if (!Files.isDirectory(family)) {
      return List.of();
    }
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            family,
            e ->
                family.startsWith("/usr/lib")
                    || e.getFileName().toString().matches("postgresql@.*|libpq"))) {
      for (Path entry : entries) {
        folders.add(entry.resolve("bin"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("looking for PostgreSQL's programs in " + family, e);
    }
    return folders;
  }

  /** Empty for something that is no PostgreSQL program or does not run. */
  private static Optional<Tool> version(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      String says = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        return Optional.empty();
      }
      Matcher matcher = VERSION.matcher(says);
      return matcher.find()
          ? Optional.of(
              new Tool(
                  program,
                  Integer.parseInt(matcher.group(1)),
                  matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2))))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** libpq's environment variables for these connections; holds the password. */
  static Map<String, String> environment(Connections connections) {
    DatabaseUrl url = connections.url();
    Map<String, String> environment = new TreeMap<>();
    environment.put("PGHOST", String.join(",", url.servers().stream().map(Server::host).toList()));
    environment.put(
        "PGPORT", String.join(",", url.servers().stream().map(s -> "" + s.port()).toList()));
    environment.put("PGDATABASE", url.database());
    environment.put("PGUSER", connections.credentials().user());
    environment.put("PGPASSWORD", connections.credentials().password().reveal());
    environment.put("PGCONNECT_TIMEOUT", "10");
    environment.put("PGCLIENTENCODING", "UTF8");
    environment.put("PGAPPNAME", SESSIONS);
    Map<String, String> parameters = url.parameters();
    copy(parameters, "sslmode", environment, "PGSSLMODE");
    copy(parameters, "sslrootcert", environment, "PGSSLROOTCERT");
    copy(parameters, "sslcert", environment, "PGSSLCERT");
    copy(parameters, "sslkey", environment, "PGSSLKEY");
    copy(parameters, "options", environment, "PGOPTIONS");
    if ("true".equals(parameters.get("ssl")) && !parameters.containsKey("sslmode")) {
      environment.put("PGSSLMODE", "verify-full");
    }
    return environment;
  }

  private static void copy(
      Map<String, String> from, String name, Map<String, String> to, String variable) {
    String value = from.get(name);
    if (value != null) {
      to.put(variable, value);
    }
  }
}
