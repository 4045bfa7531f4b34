/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Backups and restores of a server's files by pgBackRest: encrypted, zstd level 1, two processes.
 * It archives log only between {@link #backup} and {@link #archived}: restores into the same server
 * are not its business.
 */
final class PgBackRest {

  private static final String PROGRAM = "pgbackrest";

  private final EmbeddedPostgres postgres;
  private final Shell shell;
  private final Path root;
  private final Path config;

  private PgBackRest(EmbeddedPostgres postgres, Path root) {
    this.postgres = postgres;
    this.shell = Shell.to(postgres, root.resolve("shell.log"));
    this.root = root.resolve(PROGRAM);
    this.config = this.root.resolve("pgbackrest.conf");
  }

  /** Empty when the program is not installed. */
  static Optional<PgBackRest> beside(EmbeddedPostgres postgres, Path root) throws Exception {
    if (!Shell.has(PROGRAM)) {
      return Optional.empty();
    }
    PgBackRest made = new PgBackRest(postgres, root);
    made.prepare();
    return Optional.of(made);
  }

  /**
   * What a server needs from its start on, so that it can be backed up.
   *
   * @param root of all data: the program connects through a socket in it
   */
  static EmbeddedPostgres.Options archiving(EmbeddedPostgres.Options options, Path root) {
    return options
        .setting("unix_socket_directories", root.toString())
        .setting("archive_mode", "on")
        .setting("archive_command", "true");
  }

  private void prepare() throws IOException, InterruptedException, SQLException {
    Files.writeString(
        postgres.folder().resolve("pg_hba.conf"),
        "local all all scram-sha-256\n",
        StandardOpenOption.APPEND);
    postgres.execute("postgres", "SELECT pg_reload_conf()");
    for (String folder : new String[] {"repository", "log", "lock", "spool"}) {
      Files.createDirectories(root.resolve(folder));
    }
    byte[] pass = new byte[24];
    ThreadLocalRandom.current().nextBytes(pass);
    Files.writeString(
        config,
        """
        [global]
        repo1-path=%1$s/repository
        repo1-cipher-type=aes-256-cbc
        repo1-cipher-pass=%2$s
        log-path=%1$s/log
        lock-path=%1$s/lock
        spool-path=%1$s/spool
        compress-type=zst
        compress-level=1
        process-max=2
        start-fast=y
        [bench]
        pg1-path=%3$s
        pg1-port=%4$d
        pg1-user=%5$s
        pg1-socket-path=%6$s
        """
            .formatted(
                root,
                HexFormat.of().formatHex(pass),
                postgres.folder(),
                postgres.port(),
                EmbeddedPostgres.SUPERUSER,
                root.getParent()));
    shell.time(command("stanza-create"));
  }

  private String command(String words) {
    return PROGRAM + " --config=" + config + " --stanza=bench " + words;
  }

  /** A full backup; the log after it is archived. */
  Duration backup() throws Exception {
    archive(command("archive-push %p"));
    return shell.time(command("--type=full backup"));
  }

  /** Waits until all log up to now is archived, and stops archiving. */
  void archived() throws Exception {
    try (Connection connection = postgres.connect("postgres");
        Statement statement = connection.createStatement()) {
      String last;
      try (ResultSet row = statement.executeQuery("SELECT pg_walfile_name(pg_switch_wal() - 1)")) {
        row.next();
        last = row.getString(1);
      }
      while (!isArchived(statement, last)) {
        Thread.sleep(100);
      }
    }
    archive("true");
  }

  private static boolean isArchived(Statement statement, String file) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT last_archived_wal >= '" + file + "' FROM pg_stat_archiver")) {
      return row.next() && row.getBoolean(1);
    }
  }

  private void archive(String command) throws SQLException {
    postgres.execute(
        "postgres",
        "ALTER SYSTEM SET archive_command = '" + command + "'",
        "SELECT pg_reload_conf()");
  }

  /** Restores the newest backup, replays all log that is archived, and opens the server. */
  Duration restored() throws Exception {
    Path folder =
        Files.createDirectories(
            root.resolve("restored"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    long begun = System.nanoTime();
    shell.time(command("--pg1-path=" + folder + " --archive-mode=off restore"));
    try (EmbeddedPostgres server =
            EmbeddedPostgres.start(
                EmbeddedPostgres.Options.in(folder)
                    .setting("shared_buffers", "1GB")
                    .setting("max_wal_size", "8GB"));
        Connection connection = server.connect("bench");
        Statement statement = connection.createStatement()) {
      while (isRecovering(statement)) {
        Thread.sleep(20);
      }
      return Duration.ofNanos(System.nanoTime() - begun);
    } finally {
      Folders.delete(folder);
    }
  }

  private static boolean isRecovering(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
      return row.next() && row.getBoolean(1);
    }
  }
}
