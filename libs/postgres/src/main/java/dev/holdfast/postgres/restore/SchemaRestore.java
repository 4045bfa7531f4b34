/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PgTools;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs {@code pg_restore} over a base's schema, in two sections around the rows. */
final class SchemaRestore implements AutoCloseable {

  /** A line of the table of contents, such as {@code 7; 2615 2200 SCHEMA - public postgres}. */
  private static final String ENTRY = "^\\d+; \\d+ \\d+ ";

  private static final Pattern INDEX = Pattern.compile(ENTRY + "(INDEX|INDEX ATTACH|CONSTRAINT) ");

  private static final Pattern LAST =
      Pattern.compile(
          ENTRY + "(ROW SECURITY |EVENT TRIGGER - |(COMMENT|SECURITY LABEL) - EVENT TRIGGER )");

  /** Our schema and what is in it, and the publications that sources are streamed by. */
  private static final Pattern OURS =
      Pattern.compile(
          ENTRY
              + "((SCHEMA - |[A-Z ]+ )holdfast |(ACL|COMMENT) - SCHEMA holdfast "
              + "|(PUBLICATION|EVENT TRIGGER) - holdfast_"
              + "|PUBLICATION TABLE.* holdfast_)");

  private final PgTools.Tool program;
  private final Connections target;
  private final boolean keepOwners;
  private final Path folder;
  private final Path archive;

  /**
   * Copies the schema into a folder that only this user can read: parallel {@code pg_restore} needs
   * a file. It holds definitions, no rows.
   *
   * @param keepOwners only a superuser can give objects to their owners
   */
  SchemaRestore(PgTools.Tool program, Connections target, boolean keepOwners, InputStream schema)
      throws IOException {
    this.program = program;
    this.target = target;
    this.keepOwners = keepOwners;
    this.folder =
        Files.createTempDirectory(
            "holdfast-restore-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    this.archive = folder.resolve("schema");
    Files.copy(schema, archive, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Everything that must be there before rows: types, functions, tables, views. */
  List<String> preData() throws IOException {
    return run("pre-data", 1, line -> true, Set.of());
  }

  /** Indexes, and constraints that have one. */
  List<String> indexes(int jobs) throws IOException {
    return run("post-data", jobs, line -> INDEX.matcher(line).find(), Set.of());
  }

  /**
   * What else is checked or built over rows: constraints, triggers, policies. All but row security,
   * which may hide rows, and event triggers, which would fire for what is still to come.
   *
   * @param inexactTables as {@link RestoreErrors#notesOrThrow} takes them
   */
  List<String> postData(int jobs, Set<String> inexactTables) throws IOException {
    return run(
        "post-data",
        jobs,
        line -> !INDEX.matcher(line).find() && !LAST.matcher(line).find(),
        inexactTables);
  }

  /**
   * After all rows were read back: row security, which may hide them from their owner, and event
   * triggers. From here on DDL does on the target whatever it did on the source.
   */
  List<String> last() throws IOException {
    return run("post-data", 1, line -> LAST.matcher(line).find(), Set.of());
  }

  private List<String> run(
      String section, int jobs, Predicate<String> wanted, Set<String> inexactTables)
      throws IOException {
    Path list = folder.resolve("list");
    String contents = contents(section, wanted);
    if (contents.isBlank()) {
      return List.of();
    }
    Files.writeString(list, contents);
    List<String> arguments = new ArrayList<>();
    arguments.add("--section=" + section);
    arguments.add("--use-list=" + list);
    arguments.add("--jobs=" + jobs);
    arguments.add("--dbname=" + conninfo());
    arguments.addAll(
        // Verbose: else its errors do not say which object they are about.
        List.of("--verbose", "--no-password", "--no-subscriptions", "--no-tablespaces"));
    if (!keepOwners) {
      arguments.add("--no-owner");
    }
    arguments.add(archive.toString());
    Result result = execute(arguments);
    RestoreErrors errors = RestoreErrors.parse(result.errors());
    if (result.exit() != 0 && errors.isEmpty()) {
      throw new PostgresException(
          Reason.FAILED,
          null,
          program.path() + " --section=" + section + " failed: " + result.errors().strip(),
          "");
    }
    return errors.notesOrThrow(inexactTables, target.describe());
  }

  /** The archive's table of contents without what is not to be restored. */
  private String contents(String section, Predicate<String> wanted) throws IOException {
    Result list = execute(List.of("--list", "--section=" + section, archive.toString()));
    if (list.exit() != 0) {
      throw new PostgresException(
          list.errors().contains("unsupported version") ? Reason.PG_DUMP_TOO_OLD : Reason.DAMAGED,
          null,
          program.path() + " cannot read the base's schema: " + list.errors().strip(),
          "install PostgreSQL's client programs of the version that the source was dumped with, or"
              + " newer");
    }
    return list.output()
        .lines()
        .filter(line -> !line.startsWith(";") && !OURS.matcher(line).find())
        .filter(wanted)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private String conninfo() {
    return "dbname='" + target.url().database().replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private record Result(int exit, String output, String errors) {}

  private Result execute(List<String> arguments) throws IOException {
    Process process = program.command(target, arguments).start();
    try {
      process.getOutputStream().close();
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()));
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()));
      int exit = process.waitFor();
      return new Result(exit, output.join(), errors.join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RestoreEngine.interrupted(e);
    } finally {
      stop(process);
    }
  }

  /** Asks first: only then does a parallel pg_restore end its workers and their queries. */
  private static void stop(Process process) {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> workers = process.descendants().toList();
    process.destroy();
    boolean interrupted = Thread.interrupted();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      interrupted = true;
      process.destroyForcibly();
    }
    workers.forEach(ProcessHandle::destroyForcibly);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static String readAll(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(not readable: " + e.getMessage() + ")";
    }
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
