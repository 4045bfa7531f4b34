/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs {@code pg_restore} over a base's schema, in two sections around the rows. */
final class SchemaRestore implements AutoCloseable {

  /** A line of the table of contents, such as {@code 7; 2615 2200 SCHEMA - public postgres}. */
  private static final String ENTRY = "^\\d+; \\d+ \\d+ ";

  private static final Pattern INDEX = Pattern.compile(ENTRY + "(INDEX|INDEX ATTACH|CONSTRAINT) ");

  private static final Pattern ROW_SECURITY = Pattern.compile(ENTRY + "ROW SECURITY ");

  private static final Pattern EVENT_TRIGGER =
      Pattern.compile(ENTRY + "(EVENT TRIGGER - |(COMMENT|SECURITY LABEL) - EVENT TRIGGER )");

  /** Our schema and what is in it, and the publications that sources are streamed by. */
  private static final Pattern OURS =
      Pattern.compile(
          ENTRY
              + "((SCHEMA - |[A-Z ]+ )holdfast |(ACL|COMMENT) - SCHEMA holdfast "
              + "|(PUBLICATION|EVENT TRIGGER) - holdfast_"
              + "|PUBLICATION TABLE.* holdfast_)");

  private final PgRestore program;
  private final Path folder;
  private final Path archive;

  /**
   * Copies the schema into a folder that only this user can read: parallel {@code pg_restore} needs
   * a file. It holds definitions, no rows.
   */
  SchemaRestore(PgRestore program, InputStream schema) throws IOException {
    this.program = program;
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
        line ->
            !INDEX.matcher(line).find()
                && !ROW_SECURITY.matcher(line).find()
                && !EVENT_TRIGGER.matcher(line).find(),
        inexactTables);
  }

  /** After all rows were read back: it may hide them from their owner. */
  List<String> rowSecurity() throws IOException {
    return run("post-data", 1, line -> ROW_SECURITY.matcher(line).find(), Set.of());
  }

  /** Last of all: from here on DDL does on the target whatever it did on the source. */
  List<String> eventTriggers() throws IOException {
    return run("post-data", 1, line -> EVENT_TRIGGER.matcher(line).find(), Set.of());
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
    return program.restore(
        List.of(
            "--section=" + section,
            "--use-list=" + list,
            "--jobs=" + jobs,
            // Else its errors do not say which object they are about.
            "--verbose",
            "--no-subscriptions",
            "--no-tablespaces",
            archive.toString()),
        InputStream.nullInputStream(),
        "the schema (" + section + ")",
        inexactTables);
  }

  /** The archive's table of contents without what is not to be restored. */
  private String contents(String section, Predicate<String> wanted) throws IOException {
    return program
        .list(List.of("--section=" + section, archive.toString()))
        .filter(line -> !line.startsWith(";") && !OURS.matcher(line).find())
        .filter(wanted)
        .collect(Collectors.joining("\n", "", "\n"));
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
