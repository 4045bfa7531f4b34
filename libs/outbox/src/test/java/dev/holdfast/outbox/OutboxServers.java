/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.outbox;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.Ports;
import dev.holdfast.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;

/**
 * A database in the state that a crash after a commit leaves: with a row in the outbox. Kafka is
 * not there yet; the test starts it.
 */
public final class OutboxServers implements QuarkusTestResourceLifecycleManager {

  static final String LEFT_BEHIND = "0aa7e9f2-5b43-4b8b-93a5-6d2ab4c0c001";

  private final TestServers servers = new TestServers();

  @Override
  public Map<String, String> start() {
    EmbeddedPostgres postgres = servers.postgres();
    try {
      postgres.execute(
          "postgres",
          tables(),
          "CREATE TABLE handled (event_id text, detail text, at bigserial)",
          "CREATE TABLE counter (key text PRIMARY KEY, value int)",
          "INSERT INTO counter VALUES ('a', 0), ('b', 0)",
          """
          INSERT INTO outbox (event_id, topic, message_key, headers, body, created_at) VALUES (
            '%s', 'dr.alerts.v1', 'crash', '{"ce_id": "%s"}', '{}', now())
          """
              .formatted(LEFT_BEHIND, LEFT_BEHIND));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return Map.of(
        "quarkus.datasource.reactive.url",
        "postgresql://127.0.0.1:" + postgres.port() + "/postgres",
        "quarkus.datasource.password",
        postgres.password().reveal(),
        "kafka.bootstrap.servers",
        "127.0.0.1:" + Ports.free());
  }

  private static String tables() {
    try (InputStream sql = OutboxServers.class.getResourceAsStream("tables.sql")) {
      return new String(Objects.requireNonNull(sql).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    try {
      servers.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
