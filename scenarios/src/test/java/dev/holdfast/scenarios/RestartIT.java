/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.model.SourceId;
import dev.holdfast.standalone.LocalStack;
import dev.holdfast.standalone.demo.CommandLineTool;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.VaultUrl;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stopped and started again on the same folder, the suite carries on where it was. */
@Tag("scenario")
class RestartIT {

  private static final int PORTS = 28300;

  @TempDir Path folder;

  @Test
  void startedAgainItCarriesOnAndNothingIsLostOrRepeatedOrLeftRunning() throws Exception {
    long before = children();
    try (var stack = LocalStack.open(folder.resolve("data"), PORTS, Map.of(), System.out)) {
      stack.start(() -> execute(stack, "CREATE TABLE t (id int PRIMARY KEY)"));
      execute(stack, "INSERT INTO t SELECT generate_series(1, 1000)");
    }
    assertThat(children()).as("processes that the first start left").isEqualTo(before);

    try (var stack = LocalStack.open(folder.resolve("data"), PORTS, weeklyKeys(), System.out)) {
      stack.start();
      execute(stack, "INSERT INTO t SELECT generate_series(1001, 2000)");
      Eventually.within(Duration.ofSeconds(60))
          .asserted(() -> assertThat(restoredRows(stack)).isEqualTo("2000 1 2000"));
      // The second start went on with the first one's slot and base.
      Answers.assertNeverStartedOver(stack);
      theWorkerHeedsTheStrategysKeyRotation(stack);
      aRotationThatTheCommandLineAsksForIsTakenUp(stack);
      theCatalogIsToldWhatTheOthersKnow(stack);
    }
    assertThat(children()).as("processes that the second start left").isEqualTo(before);
  }

  @Test
  void aTakenPortIsNamedWithTheWayOut() throws Exception {
    long before = children();
    try (var taken = new ServerSocket(PORTS + 100, 1, InetAddress.getLoopbackAddress());
        var stack = LocalStack.open(folder.resolve("data"), PORTS + 100, Map.of(), System.out)) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(stack::start).hasMessageContaining(String.valueOf(PORTS + 100));
    }
    assertThat(children()).as("processes that were left").isEqualTo(before);
  }

  /** The shipped policy, but for a data key a week. */
  private Map<String, String> weeklyKeys() throws Exception {
    Path policy = folder.resolve("policy.yaml");
    Files.writeString(
        policy,
        """
        strategies:
          - id: database
            name: Database Backup
            type: incremental
            schedule: '*/5 * * * *'
            retention: {hourly: 24}
            sources: [{type: postgres, database: main, include: [public]}]
            encryption: {algorithm: aes-256-gcm, key-rotation: 7}
            verification: {enabled: true, frequency: daily, checks: [integrity]}
        """);
    return Map.of("backup-scheduler.holdfast.scheduler.policy-file", policy.toString());
  }

  /** It hears of it with the next backup. */
  private void theWorkerHeedsTheStrategysKeyRotation(LocalStack stack) throws Exception {
    commandLine(stack, "backup", "run", "database", "--wait");
    JsonNode key = Answers.get(stack, "snapshot-worker", "/api/v1/capture").path(0).path("dataKey");
    assertThat(
            Duration.between(
                Instant.parse(key.required("since").asText()),
                Instant.parse(key.required("replacedAt").asText())))
        .isEqualTo(Duration.ofDays(7));
  }

  private String commandLine(LocalStack stack, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data", folder.resolve("data").toString(), "--json"));
    return new CommandLineTool(stack.home(), folder.resolve("commands.log"))
        .run(all, Map.of(), Duration.ofMinutes(2));
  }

  /** While the stream runs: later segments have the new data key, and all of it is restored. */
  private void aRotationThatTheCommandLineAsksForIsTakenUp(LocalStack stack) throws Exception {
    JsonNode rotated = new ObjectMapper().readTree(commandLine(stack, "vault", "rotate"));
    String previous = rotated.required("previous").asText();
    String now = rotated.required("dataKey").asText();
    assertThat(dataKeys(stack)).contains(previous).doesNotContain(now);

    execute(stack, "INSERT INTO t SELECT generate_series(2001, 3000)");

    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(dataKeys(stack)).endsWith(now));
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(restoredRows(stack)).isEqualTo("3000 1 3000"));
    assertThat(dataKeys(stack)).contains(previous);
  }

  /** The worker's data keys, the scheduler's policy and the monitor's triggers. */
  private void theCatalogIsToldWhatTheOthersKnow(LocalStack stack) throws Exception {
    JsonNode used =
        Answers.get(stack, "snapshot-worker", "/api/v1/capture").path(0).path("dataKey");
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () -> {
              JsonNode key = told(stack, "/api/v1/keys").path(0);
              assertThat(key.path("dataKey")).isEqualTo(used.path("id"));
              assertThat(key.path("mostSeconds").asLong()).isEqualTo(7 * 86_400);
              // Both starts, and the rotation that was asked for.
              assertThat(key.path("periods")).hasSize(3);
              assertThat(key.path("recipients")).isNotEmpty();
            });
    JsonNode policy = Answers.get(stack, "catalog-service", "/api/v1/settings").path("policy");
    assertThat(policy.path("origin").asText()).isEqualTo(folder.resolve("policy.yaml").toString());
    assertThat(told(stack, "/api/v1/strategies")).hasSize(1);
    List<String> triggers = new ArrayList<>();
    told(stack, "/api/v1/triggers")
        .forEach(it -> triggers.add(it.path("id").asText() + " " + it.path("status").asText()));
    assertThat(triggers)
        .containsExactly(
            "database_primary_failure armed",
            "regional_latency_spike not-measured",
            "voice_service_degradation not-measured");
  }

  private static JsonNode told(LocalStack stack, String path) throws Exception {
    return Answers.get(stack, "catalog-service", path).required("items");
  }

  /** Of everything that the chain names, in its order. */
  private static List<String> dataKeys(LocalStack stack) {
    String region = "us-east-1";
    var credentials = new StoreCredentials(stack.accessKey(region), stack.secretKey(region));
    try (var identity = Identity.read(stack.identity());
        var store =
            ObjectStores.open(VaultUrl.parse(stack.vaultUrl(region)), Optional.of(credentials));
        var vault = VaultReader.open(store, identity.trustedSigners())) {
      return vault.chain(new SourceId("main")).stream()
          .flatMap(manifest -> VaultLayout.objectsOf(manifest).stream())
          .map(ObjectRef::dataKey)
          .toList();
    }
  }

  private static long children() {
    return ProcessHandle.current().descendants().count();
  }

  /** Count, smallest and greatest id of the table in a restore of the latest moment. */
  private String restoredRows(LocalStack stack) throws Exception {
    Path apart = java.nio.file.Files.createTempDirectory(folder, "restore");
    try (var restored = BrokenOutDatabase.latest(stack, apart);
        var connection = restored.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*), min(id), max(id) FROM public.t")) {
      row.next();
      return row.getLong(1) + " " + row.getLong(2) + " " + row.getLong(3);
    }
  }

  private static void execute(LocalStack stack, String sql) {
    try (Connection connection =
            DriverManager.getConnection(
                stack.source().jdbc(), stack.owner().user(), stack.owner().password().reveal());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
