/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.service;

import dev.holdfast.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A scheduler with its database, Kafka, and a policy that asks for nothing by itself. */
public final class SchedulerServers implements QuarkusTestResourceLifecycleManager {

  private static final String POLICY =
      """
      strategies:
        - id: database
          name: Two databases
          type: incremental
          schedule: '0 0 29 2 *'
          base-schedule: '0 0 29 2 *'
          retention: {hourly: 24}
          lock-retention: 35
          sources:
            - {type: postgres, database: main, include: [public]}
            - {type: postgres, database: second, include: [public]}
          encryption: {algorithm: aes-256-gcm, key-rotation: 7}
          verification: {enabled: true, frequency: daily, checks: [integrity]}
        - id: storage
          name: Files
          type: incremental
          schedule: '0 0 29 2 *'
          retention: {daily: 14}
          sources: [{type: supabase_storage, buckets: [uploads], include: ['*']}]
          encryption: {algorithm: aes-256-gcm, key-rotation: 30}
          verification: {enabled: true, frequency: weekly, checks: [integrity]}
      """;

  private final TestServers servers = new TestServers();

  @Override
  public Map<String, String> start() {
    var postgres = servers.postgres();
    String database = "postgresql://127.0.0.1:" + postgres.port() + "/postgres";
    Path policy = servers.folder("policy.yaml");
    try {
      Files.writeString(policy, POLICY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "quarkus.http.test-port",
        "0",
        "quarkus.datasource.reactive.url",
        database,
        "quarkus.datasource.jdbc.url",
        "jdbc:" + database,
        "quarkus.datasource.username",
        "postgres",
        "quarkus.datasource.password",
        postgres.password().reveal(),
        "kafka.bootstrap.servers",
        servers.kafka().bootstrapServers(),
        "holdfast.scheduler.policy-file",
        policy.toString(),
        "holdfast.scheduler.look-every",
        "0.2s",
        "holdfast.scheduler.tell-policy-every",
        "5s",
        "holdfast.scheduler.base-within",
        "1s");
  }

  @Override
  public void stop() {
    servers.close();
  }
}
