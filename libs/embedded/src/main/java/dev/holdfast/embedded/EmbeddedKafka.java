/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker that is its own KRaft controller, on a folder, in a JVM of its own, listening on
 * 127.0.0.1.
 *
 * <p>Every record is flushed to disk before it is acknowledged: there is no other replica to hold
 * it.
 */
public final class EmbeddedKafka implements AutoCloseable {

  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  /**
   * Where and how it runs.
   *
   * @param folder its log folder; created and formatted when new
   * @param port 0 = any free one
   * @param controllerPort 0 = any free one
   * @param log file for its output
   * @param jvmOptions of its JVM
   */
  public record Options(
      Path folder, int port, int controllerPort, Path log, List<String> jvmOptions) {

    public Options {
      folder = folder.toAbsolutePath().normalize();
      jvmOptions = List.copyOf(jvmOptions);
    }

    /** A small broker on free ports with its log beside the folder. */
    public static Options in(Path folder) {
      Path absolute = folder.toAbsolutePath().normalize();
      return new Options(
          absolute,
          0,
          0,
          absolute.resolveSibling(absolute.getFileName() + ".log"),
          List.of("-Xmx256m"));
    }

    public Options ports(int newPort, int newControllerPort) {
      return new Options(folder, newPort, newControllerPort, log, jvmOptions);
    }
  }

  private final Options options;
  private final int port;
  private final int controllerPort;
  private @Nullable ChildProcess process;

  private EmbeddedKafka(Options options) {
    this.options = options;
    this.port = options.port() == 0 ? Ports.free() : options.port();
    this.controllerPort = options.controllerPort() == 0 ? Ports.free() : options.controllerPort();
  }

  /** A broker that isn't started yet. */
  public static EmbeddedKafka of(Options options) {
    return new EmbeddedKafka(options);
  }

  /** Starts the broker and waits until it answers clients. */
  public static EmbeddedKafka start(Options options) {
    var kafka = of(options);
    kafka.start();
    return kafka;
  }

  /** Starts it, or starts it again after it was stopped or killed, on the same folder and ports. */
  public synchronized void start() {
    if (isRunning()) {
      return;
    }
    var words = new ArrayList<>(JavaCommand.of(options.jvmOptions(), KafkaMain.class.getName()));
    words.add(options.folder().toString());
    words.add(Integer.toString(port));
    words.add(Integer.toString(controllerPort));
    try {
      Files.createDirectories(options.folder());
    } catch (IOException e) {
      throw new EmbeddedException("Can't create Kafka's folder " + options.folder() + ": " + e, e);
    }
    var started =
        ChildProcess.start(
            new ChildProcess.Command(
                "Kafka on port " + port,
                words,
                Map.of(),
                options.folder(),
                options.log(),
                ChildProcess.StopSignal.TERM,
                Duration.ofSeconds(30)));
    process = started;
    awaitReady(started);
  }

  public synchronized void stop() {
    if (process != null) {
      process.stop();
    }
  }

  public synchronized void kill9() {
    if (process != null) {
      process.kill9();
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

  public synchronized ChildProcess process() {
    if (process == null) {
      throw new IllegalStateException("Kafka in " + options.folder() + " was never started.");
    }
    return process;
  }

  public int port() {
    return port;
  }

  /** What clients take as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    stop();
  }

  private void awaitReady(ChildProcess started) {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!answers()) {
      if (!started.isAlive()) {
        throw new EmbeddedException(
            "Kafka in "
                + options.folder()
                + " ended while starting; it said:\n"
                + started.logTail(15));
      }
      if (System.nanoTime() > deadline) {
        started.kill9();
        throw new EmbeddedException(
            "Kafka on port " + port + " isn't ready after 60 s; see " + options.log());
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        started.kill9();
        Thread.currentThread().interrupt();
        throw new EmbeddedException(
            "Interrupted while Kafka was starting in " + options.folder(), e);
      }
    }
  }

  private boolean answers() {
    // The client logs every refused connection: it is asked only once the port is open.
    if (!Ports.isOpen(port)) {
      return false;
    }
    var properties = new Properties();
    properties.put("bootstrap.servers", bootstrapServers());
    properties.put("request.timeout.ms", "3000");
    properties.put("default.api.timeout.ms", "3000");
    try (var admin = Admin.create(properties)) {
      return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
