/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A process that never outlives the JVM that started it, not even when that JVM is killed with -9.
 *
 * <p>A small shell process holds the reading end of a pipe whose writing end only this JVM has.
 * When the JVM is gone, however it went, the pipe ends and the shell stops the child: with its stop
 * signal first, then with KILL. The child runs in a session of its own, so that Ctrl-C in a
 * terminal reaches only the owner, which stops its children in order.
 */
public final class ChildProcess implements AutoCloseable {

  /** The signal that asks a server to stop in an orderly way. */
  public enum StopSignal {
    INT,
    TERM
  }

  /**
   * What to run and how to stop it.
   *
   * @param name what messages call it
   * @param environment added to this JVM's own
   * @param log file that its output is appended to
   * @param stopSignal what asks it to stop
   * @param grace how long it may take to stop before it is killed
   */
  public record Command(
      String name,
      List<String> words,
      Map<String, String> environment,
      Path folder,
      Path log,
      StopSignal stopSignal,
      Duration grace) {

    public Command {
      words = List.copyOf(words);
      environment = Map.copyOf(environment);
      if (words.isEmpty()) {
        throw new IllegalArgumentException("The command of " + name + " is empty.");
      }
    }
  }

  // The watcher is forked twice, so that it is nobody's child: a server that reaps unknown children
  // (PostgreSQL) never
  // sees it. exec keeps the process id, so the id that Java knows is the server's own.
  private static final String BOUND_TO_THE_PIPE =
      """
      signal=$1; grace=$2; shift 2
      exec 3<&0 </dev/null
      (
        (
          exec >/dev/null 2>&1
          trap '' INT HUP TERM
          read -r word <&3
          [ "$word" = done ] && exit 0
          kill -s "$signal" $$
          while [ "$grace" -gt 0 ]; do
            kill -0 $$ || exit 0
            sleep 1
            grace=$((grace - 1))
          done
          kill -s KILL $$
        ) &
      )
      exec "$@" 3<&-
      """;

  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final Command command;
  private final Process process;
  private final long logStart;

  private ChildProcess(Command command, Process process, long logStart) {
    this.command = command;
    this.process = process;
    this.logStart = logStart;
  }

  /** Starts it and returns at once. */
  public static ChildProcess start(Command command) {
    var words = new ArrayList<String>();
    words.addAll(List.of("/bin/sh", "-c", BOUND_TO_THE_PIPE, command.name()));
    words.add(command.stopSignal().name());
    words.add(Long.toString(Math.max(1, command.grace().toSeconds())));
    if (Files.isExecutable(SETSID)) {
      words.add(SETSID.toString());
    }
    words.addAll(command.words());
    try {
      Files.createDirectories(command.log().toAbsolutePath().getParent());
      long logStart = Files.exists(command.log()) ? Files.size(command.log()) : 0;
      var builder =
          new ProcessBuilder(words)
              .directory(command.folder().toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(command.log().toFile()));
      builder.environment().putAll(command.environment());
      return new ChildProcess(command, builder.start(), logStart);
    } catch (IOException e) {
      throw new EmbeddedException("Can't start " + command.name() + ": " + e.getMessage(), e);
    }
  }

  public String name() {
    return command.name();
  }

  public long pid() {
    return process.pid();
  }

  public Path log() {
    return command.log();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit code once it has ended; 128 + n after signal n. */
  public OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Completes with the exit code when it has ended. */
  public CompletableFuture<Integer> onExit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** Asks it to stop, without waiting. */
  public void askToStop() {
    if (!process.isAlive()) {
      return;
    }
    switch (command.stopSignal()) {
      case TERM -> process.destroy();
      case INT -> signal("INT");
    }
  }

  /** Stops it: asks, waits for its grace, then kills. Returns when it has ended. */
  public void stop() {
    askToStop();
    if (!endsWithin(command.grace())) {
      kill9();
    }
  }

  /** Kills it with -9 and returns when it has ended. */
  public void kill9() {
    process.destroyForcibly();
    if (!endsWithin(Duration.ofSeconds(30))) {
      throw new EmbeddedException(
          command.name() + " (process " + pid() + ") is still there 30 s after it was killed.");
    }
  }

  /** Stops it. */
  @Override
  public void close() {
    stop();
  }

  /** The last lines that it wrote since it was started, at most {@code lines}. */
  public String logTail(int lines) {
    try (var channel = Files.newByteChannel(command.log())) {
      long from = Math.max(logStart, channel.size() - 64 * 1024);
      channel.position(from);
      var buffer = java.nio.ByteBuffer.allocate((int) (channel.size() - from));
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
      var all =
          new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(its log " + command.log() + " can't be read: " + e.getMessage() + ")";
    }
  }

  private void signal(String signal) {
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " " + pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new EmbeddedException("Can't signal " + command.name() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean endsWithin(Duration time) {
    boolean interrupted = false;
    long end = System.nanoTime() + time.toNanos();
    try {
      while (true) {
        try {
          return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          // Leaving a process behind would be worse than being late.
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
