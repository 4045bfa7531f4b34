/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A PostgreSQL server in a container for a test class, ready for logical decoding; it starts at
 * first use.
 *
 * <p>The class needs {@code @RequiresDocker(images = ContainerPostgres.IMAGE)}.
 */
public final class ContainerPostgres implements PostgresServer, AfterAllCallback {

  /** Of the major version that is embedded. */
  public static final String IMAGE = "postgres:15";

  private static final Secret PASSWORD = new Secret("secret");

  private final String[] command;
  private @Nullable PostgreSQLContainer container;

  public ContainerPostgres() {
    this(Map.of());
  }

  /** With lines of postgresql.conf on top of the defaults. */
  public ContainerPostgres(Map<String, String> settings) {
    List<String> words = new ArrayList<>(List.of("postgres", "-c", "wal_level=logical"));
    settings.forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
    command = words.toArray(String[]::new);
  }

  private synchronized PostgreSQLContainer started() {
    var running = container;
    if (running == null) {
      // A class that skips itself makes none.
      running =
          new PostgreSQLContainer(IMAGE)
              .withUsername(SUPERUSER)
              .withPassword(PASSWORD.reveal())
              .withDatabaseName("postgres");
      running.setCommand(command);
      running.start();
      container = running;
    }
    return running;
  }

  @Override
  public String host() {
    return started().getHost();
  }

  @Override
  public int port() {
    return started().getFirstMappedPort();
  }

  @Override
  public Secret password() {
    return PASSWORD;
  }

  @Override
  public synchronized void afterAll(ExtensionContext context) {
    if (container != null) {
      container.stop();
    }
  }
}
