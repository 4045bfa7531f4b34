/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.service;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** A control database, and nothing else: Kafka, vault and sources are away. */
public final class ControlServers implements QuarkusTestResourceLifecycleManager {

  private final TestServers servers = new TestServers();

  @Override
  public Map<String, String> start() {
    EmbeddedPostgres control = servers.postgres();
    String database = "postgresql://127.0.0.1:" + control.port() + "/postgres";
    return Map.of(
        "quarkus.http.test-port", "0",
        "quarkus.datasource.reactive.url", database,
        "quarkus.datasource.jdbc.url", "jdbc:" + database,
        "quarkus.datasource.username", "postgres",
        "quarkus.datasource.password", control.password().reveal(),
        "kafka.bootstrap.servers", "127.0.0.1:1",
        "holdfast.vault.regions[0].id", "empty-1",
        "holdfast.vault.regions[0].url", "file:/nowhere",
        "holdfast.sources.main.url", "jdbc:postgresql://127.0.0.1:1/app",
        "holdfast.sources.main.user", "u");
  }

  @Override
  public void stop() {
    servers.close();
  }
}
