/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PgTools;
import dev.holdfast.postgres.PostgresException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Runs {@code pg_dump} under an exported snapshot. */
final class PgDump {

  private static final int STDERR_LIMIT = 16 * 1024;

  private final PgTools.Tool program;
  private final Connections connections;

  /**
   * @param serverVersion {@code server_version_num}
   */
  PgDump(Connections connections, int serverVersion) {
    this.program = PgTools.require("pg_dump", serverVersion);
    this.connections = connections;
  }

  /** Writes an archive in custom format, uncompressed: the vault compresses. */
  void write(String snapshot, List<String> what, OutputStream out) throws IOException {
    try (Running running = start("holdfast-dump", snapshot, what)) {
      running.copyTo(out);
    }
  }

  /**
   * Starts to write such an archive.
   *
   * @param name of its session, as {@code pg_stat_activity} shows it
   */
  Running start(String name, String snapshot, List<String> what) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--format=custom",
                "--compress=0",
                "--snapshot=" + snapshot,
                "--no-password",
                "--encoding=UTF8"));
    arguments.addAll(what);
    ProcessBuilder command = program.command(connections, arguments);
    command.environment().put("PGAPPNAME", name);
    return new Running(command.start());
  }

  /** One that is at work. */
  final class Running implements AutoCloseable {

    private final Process process;

    private Running(Process process) {
      this.process = process;
    }

    /** Returns when it has written all. */
    void copyTo(OutputStream out) throws IOException {
      try {
        process.getOutputStream().close();
        CompletableFuture<String> says =
            CompletableFuture.supplyAsync(() -> tail(process.getErrorStream()));
        process.getInputStream().transferTo(out);
        int exit = process.waitFor();
        String errors = says.join();
        if (exit != 0) {
          throw failure(errors, exit);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PostgresException(
            PostgresException.Reason.FAILED, null, "pg_dump was interrupted", "", e);
      }
    }

    /** Ends it, whatever it is at. */
    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /** The end of what a program says; all of it is read, so that it never blocks. */
  private static String tail(InputStream in) {
    try (in) {
      byte[] all = in.readAllBytes();
      int from = Math.max(0, all.length - STDERR_LIMIT);
      return new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "(its messages could not be read: " + e.getMessage() + ")";
    }
  }

  private PostgresException failure(String says, int exit) {
    String what =
        program.path()
            + " of "
            + connections.describe()
            + " failed with exit code "
            + exit
            + ": "
            + says;
    if (says.contains("server version mismatch")) {
      return new PostgresException(
          PostgresException.Reason.PG_DUMP_TOO_OLD,
          null,
          what,
          "install the client programs of the server's version");
    }
    if (says.contains("permission denied")) {
      return new PostgresException(
          PostgresException.Reason.NO_RIGHTS,
          "user",
          what,
          "grant the user SELECT on the tables and USAGE on the schemas in scope"
              + " (GRANT pg_read_all_data TO ...)");
    }
    if (says.contains("password authentication failed") || says.contains("no password supplied")) {
      return new PostgresException(
          PostgresException.Reason.BAD_CREDENTIALS, "password", what, "check user and password");
    }
    if (says.contains("connection to server")) {
      return new PostgresException(
          PostgresException.Reason.UNREACHABLE, "url", what, "check that the server is up");
    }
    return new PostgresException(PostgresException.Reason.FAILED, null, what, "");
  }
}
