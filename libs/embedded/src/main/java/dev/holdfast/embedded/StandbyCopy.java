/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import dev.holdfast.model.Secret;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Set;

/**
 * A streaming standby's data folder, copied from a running primary between backup start and stop.
 */
final class StandbyCopy {

  // Contents that belong to one running server, as the documentation of pg_backup_start lists them.
  // WAL isn't copied:
  // the standby's slot keeps it and the standby streams it.
  private static final Set<String> EMPTY_FOLDERS =
      Set.of(
          "pg_wal",
          "pg_replslot",
          "pg_dynshmem",
          "pg_notify",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");

  private static final Set<String> LEFT_OUT =
      Set.of(
          "postmaster.pid", "postmaster.opts", "backup_label", "standby.signal", "recovery.signal");

  private StandbyCopy() {}

  static void make(EmbeddedPostgres primary, Path to, String slot) {
    if (!slot.matches("[a-z][a-z0-9_]{0,40}")) {
      throw new IllegalArgumentException("Not the name of a replication slot: " + slot);
    }
    Path staging = to.resolveSibling(to.getFileName() + ".copying");
    try (var connection = primary.connect("postgres")) {
      Folders.delete(staging);
      // One role per standby: a role has one password, and a new one would lock another standby
      // out.
      String role = "holdfast_" + slot;
      var password = replicationRole(connection, role);
      reserveWal(connection, slot);
      try (var start =
          connection.prepareStatement("SELECT pg_backup_start('holdfast standby', fast => true)")) {
        start.execute();
      }
      copy(primary.folder(), staging);
      try (var stop =
              connection.prepareStatement(
                  "SELECT labelfile, spcmapfile FROM pg_backup_stop(wait_for_archive => false)");
          var files = stop.executeQuery()) {
        files.next();
        Files.writeString(staging.resolve("backup_label"), files.getString(1));
      }
      Files.createFile(staging.resolve("standby.signal"));
      Files.writeString(
          staging.resolve("postgresql.auto.conf"),
          "primary_conninfo = 'host=127.0.0.1 port="
              + primary.port()
              + " user="
              + role
              + " password="
              + password.reveal()
              + " application_name="
              + slot
              + "'\nprimary_slot_name = '"
              + slot
              + "'\n",
          StandardOpenOption.APPEND);
      Files.move(staging, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | SQLException e) {
      throw new EmbeddedException(
          "Can't make a standby of PostgreSQL on port "
              + primary.port()
              + " in "
              + to
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static Secret replicationRole(Connection primary, String role) throws SQLException {
    var bytes = new byte[18];
    new SecureRandom().nextBytes(bytes);
    var password = new Secret(HexFormat.of().formatHex(bytes));
    try (var statement = primary.createStatement()) {
      try (var found =
          statement.executeQuery("SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'")) {
        if (!found.next()) {
          statement.execute("CREATE ROLE " + role + " LOGIN REPLICATION");
        }
      }
      statement.execute("ALTER ROLE " + role + " PASSWORD '" + password.reveal() + "'");
    }
    return password;
  }

  private static void reserveWal(Connection primary, String slot) throws SQLException {
    try (var drop =
        primary.prepareStatement(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ? AND NOT active")) {
      drop.setString(1, slot);
      drop.execute();
    }
    try (var create =
        primary.prepareStatement(
            "SELECT pg_create_physical_replication_slot(?, immediately_reserve => true)")) {
      create.setString(1, slot);
      create.execute();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(
        to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Path relative = from.relativize(folder);
            if (folder.equals(from)) {
              return FileVisitResult.CONTINUE;
            }
            createPrivate(to.resolve(relative));
            if (EMPTY_FOLDERS.contains(relative.toString())) {
              if (relative.toString().equals("pg_wal")) {
                createPrivate(to.resolve("pg_wal/archive_status"));
              }
              return FileVisitResult.SKIP_SUBTREE;
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path relative = from.relativize(file);
            if (LEFT_OUT.contains(relative.toString())
                || file.getFileName().toString().startsWith("pgsql_tmp")) {
              return FileVisitResult.CONTINUE;
            }
            try {
              Files.copy(file, to.resolve(relative), StandardCopyOption.COPY_ATTRIBUTES);
            } catch (NoSuchFileException e) {
              // Dropped meanwhile; the WAL says so too.
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
  }

  private static void createPrivate(Path folder) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }
}
