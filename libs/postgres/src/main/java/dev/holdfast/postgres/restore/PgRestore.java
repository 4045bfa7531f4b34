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
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs {@code pg_restore} against one database. */
final class PgRestore {

  private final PgTools.Tool program;
  private final Connections target;
  private final boolean keepOwners;
  private final boolean again;

  /**
   * @param keepOwners only a superuser can give objects to their owners
   * @param again an attempt before this one was killed: what it has restored may be there
   */
  PgRestore(PgTools.Tool program, Connections target, boolean keepOwners, boolean again) {
    this.program = program;
    this.target = target;
    this.keepOwners = keepOwners;
    this.again = again;
  }

  /**
   * Restores into the database.
   *
   * @param what its arguments: which archive, and what of it
   * @param archive for an archive that is not a file
   * @param name of that in errors
   * @param inexactTables as {@link RestoreErrors#notesOrThrow} takes them
   * @return notes on what was left out
   */
  List<String> restore(
      List<String> what, InputStream archive, String name, Set<String> inexactTables)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--dbname=" + conninfo(), "--no-password"));
    if (!keepOwners) {
      arguments.add("--no-owner");
    }
    arguments.addAll(what);
    Result result = execute(arguments, archive);
    RestoreErrors errors = RestoreErrors.parse(result.errors());
    if (result.exit() != 0 && errors.isEmpty()) {
      throw new PostgresException(
          Reason.FAILED,
          null,
          program.path() + " of " + name + " failed: " + result.errors().strip(),
          "");
    }
    return (again ? errors.withoutThere() : errors).notesOrThrow(inexactTables, target.describe());
  }

  /** Lines of an archive's table of contents. */
  Stream<String> list(List<String> what) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--list"));
    arguments.addAll(what);
    Result list = execute(arguments, InputStream.nullInputStream());
    if (list.exit() != 0) {
      throw new PostgresException(
          list.errors().contains("unsupported version") ? Reason.PG_DUMP_TOO_OLD : Reason.DAMAGED,
          null,
          program.path() + " cannot read the base's schema: " + list.errors().strip(),
          "install PostgreSQL's client programs of the version that the source was dumped with, or"
              + " newer");
    }
    return list.output().lines();
  }

  private String conninfo() {
    return "dbname='" + target.url().database().replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private record Result(int exit, String output, String errors) {}

  private Result execute(List<String> arguments, InputStream input) throws IOException {
    Process process = program.command(target, arguments).start();
    try {
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()));
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()));
      feed(input, process.getOutputStream());
      int exit = process.waitFor();
      return new Result(exit, output.join(), errors.join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RestoreEngine.interrupted(e);
    } finally {
      stop(process);
    }
  }

  /** A program that ends before it has read all says itself why. */
  private static void feed(InputStream input, OutputStream program) throws IOException {
    byte[] buffer = new byte[64 << 10];
    for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
      try {
        program.write(buffer, 0, read);
      } catch (IOException _) {
        return;
      }
    }
    try {
      program.close();
    } catch (IOException _) {
      return;
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
}
