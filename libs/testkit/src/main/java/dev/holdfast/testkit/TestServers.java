/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import dev.holdfast.embedded.EmbeddedKafka;
import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.EmbeddedS3;
import dev.holdfast.embedded.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Real servers for a test class, on free ports and in temporary folders that are gone afterwards.
 *
 * <p>In JUnit: {@code @RegisterExtension static final TestServers servers = new TestServers();} for
 * all tests of a class, without {@code static} for each alone; elsewhere (a Quarkus test resource)
 * close it yourself. Servers start at first use and end with the JVM in any case.
 */
public final class TestServers
    implements BeforeAllCallback, AfterEachCallback, AfterAllCallback, AutoCloseable {

  private final Deque<Runnable> started = new ArrayDeque<>();
  private @Nullable Path root;
  private @Nullable EmbeddedPostgres postgres;
  private @Nullable EmbeddedKafka kafka;
  private int servers;

  /** Before all tests only those of a static field are called. */
  private boolean ofClass;

  /** The PostgreSQL server that the tests share; user "postgres", password "secret". */
  public synchronized EmbeddedPostgres postgres() {
    var shared = postgres;
    if (shared == null) {
      shared = newPostgres();
      postgres = shared;
    }
    return shared;
  }

  /** Another PostgreSQL server. */
  public EmbeddedPostgres newPostgres() {
    return newPostgres(options -> options);
  }

  /** Another PostgreSQL server with options of its own. */
  public synchronized EmbeddedPostgres newPostgres(
      UnaryOperator<EmbeddedPostgres.Options> options) {
    var server =
        EmbeddedPostgres.start(
            options.apply(EmbeddedPostgres.Options.in(folder("postgres")).withoutFsync()));
    // A test's data is worth nothing: killing is faster than stopping.
    started.push(server::kill9);
    return server;
  }

  /** A streaming standby of the server. */
  public synchronized EmbeddedPostgres standbyOf(EmbeddedPostgres primary) {
    var options =
        EmbeddedPostgres.Options.in(folder("standby")).withoutFsync().password(primary.password());
    var server = primary.startStandby(options, "standby_" + servers);
    started.push(server::kill9);
    return server;
  }

  /** The Kafka broker that the tests share. */
  public synchronized EmbeddedKafka kafka() {
    var shared = kafka;
    if (shared == null) {
      shared = newKafka();
      kafka = shared;
    }
    return shared;
  }

  /** Another Kafka broker. */
  public synchronized EmbeddedKafka newKafka() {
    var server = EmbeddedKafka.start(EmbeddedKafka.Options.in(folder("kafka")));
    started.push(server::kill9);
    return server;
  }

  /** An S3 endpoint with these buckets, credentials "test" and "test-secret". */
  public synchronized EmbeddedS3 s3(String... buckets) {
    var server = EmbeddedS3.start(EmbeddedS3.Endpoint.in(folder("s3"), buckets));
    started.push(server::close);
    return server;
  }

  /** A new name in the temporary folder; nothing is there yet. */
  public synchronized Path folder(String name) {
    try {
      var parent = root;
      if (parent == null) {
        parent = Files.createTempDirectory("holdfast-test-");
        // Where PostgreSQL has to run as another user, that user has to get there.
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx--x--x"));
        root = parent;
      }
      return parent.resolve(++servers + "-" + name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    ofClass = true;
  }

  /** Those of a field that is not static are of one test. */
  @Override
  public void afterEach(ExtensionContext context) {
    if (!ofClass) {
      close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  @Override
  public synchronized void close() {
    RuntimeException failure = null;
    while (!started.isEmpty()) {
      try {
        started.pop().run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    postgres = null;
    kafka = null;
    try {
      if (root != null) {
        Folders.delete(root);
        root = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Can't delete the tests' folder " + root, e);
    }
    if (failure != null) {
      throw failure;
    }
  }
}
