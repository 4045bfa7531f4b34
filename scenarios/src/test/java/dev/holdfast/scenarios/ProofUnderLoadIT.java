/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.standalone.LocalStack;
import dev.holdfast.standalone.demo.CommandLineTool;
import dev.holdfast.standalone.demo.Ledger;
import dev.holdfast.standalone.demo.Platform;
import dev.holdfast.standalone.demo.Workload;
import dev.holdfast.testkit.Eventually;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole suite proves its content by itself, killed or not, and names what capture lost. */
@Tag("scenario")
class ProofUnderLoadIT {

  @TempDir Path folder;

  @Test
  void proofsUnderLoadHoldAndALostChangeIsNamed() throws Exception {
    try (var stack = LocalStack.open(folder.resolve("data"), 28700, Map.of(), System.out);
        var ledger = new Ledger(folder.resolve("ledger"))) {
      stack.start(() -> load(stack));
      JsonNode next;
      try (var workload = new Workload(stack.source(), stack.owner(), ledger, 2, 7)) {
        workload.start();
        JsonNode first = proof(stack, "");
        assertThat(first.path("outcome").asText()).as(first.toString()).isEqualTo("proven");
        assertThat(first.path("fullBecause").asText()).contains("no sandbox yet");

        String before = first.path("proof").asText();
        ask(stack);
        stack.kill("recovery-orchestrator");
        JsonNode killed = awaited(stack, before);
        assertThat(killed.path("outcome").asText()).as(killed.toString()).isEqualTo("proven");

        next = proof(stack, killed.path("proof").asText());
        assertThat(next.path("outcome").asText()).as(next.toString()).isEqualTo("proven");
        assertThat(next.path("fullBecause").isNull()).as(next.toString()).isTrue();
        assertThat(next.path("equal").asInt()).isGreaterThan(2);
      }

      // Nobody else writes: what is lost is this change and no other.
      lose(stack, "UPDATE proof_accounts SET balance = 1 WHERE id = 1234");
      JsonNode found = proof(stack, next.path("proof").asText());
      assertThat(found.path("outcome").asText()).as(found.toString()).isEqualTo("differs");
      assertThat(found.path("tables").path(0).path("name").asText()).isEqualTo("proof_accounts");
      Eventually.within(Duration.ofSeconds(90))
          .asserted(() -> assertThat(rows(stack, found).path("first").asText()).isEqualTo("1234"));
    }
  }

  private static void load(LocalStack stack) {
    try (var connection =
            DriverManager.getConnection(
                stack.source().jdbc(), stack.owner().user(), stack.owner().password().reveal());
        var statement = connection.createStatement()) {
      Platform.load(connection);
      statement.execute("CREATE TABLE proof_accounts (id int PRIMARY KEY, balance int)");
      statement.execute("INSERT INTO proof_accounts SELECT i, 0 FROM generate_series(1, 3000) i");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A change that decoding leaves out, and so does everything behind it. */
  private static void lose(LocalStack stack, String change) throws SQLException {
    Credentials superuser = stack.superuser();
    try (var connection =
            DriverManager.getConnection(
                stack.source().jdbc(), superuser.user(), superuser.password().reveal());
        var statement = connection.createStatement()) {
      statement.execute("ALTER PUBLICATION holdfast_main SET (publish = 'insert')");
      statement.execute(change);
      statement.execute(
          "ALTER PUBLICATION holdfast_main SET (publish = 'insert, update, delete, truncate')");
    }
  }

  private JsonNode proof(LocalStack stack, String before) throws Exception {
    ask(stack);
    return awaited(stack, before);
  }

  private void ask(LocalStack stack) {
    new CommandLineTool(stack.home(), folder.resolve("commands.log"))
        .run(
            List.of(
                "backup",
                "run",
                "database",
                "--proof",
                "--wait",
                "--data",
                folder.resolve("data").toString(),
                "--json"),
            Map.of(),
            Duration.ofMinutes(2));
  }

  /** The newest proof of the source, once it is another one than {@code before}. */
  private static JsonNode awaited(LocalStack stack, String before) throws Exception {
    Eventually.within(Duration.ofSeconds(120))
        .asserted(
            () -> assertThat(last(stack).path("proof").asText()).isNotEmpty().isNotEqualTo(before));
    return last(stack);
  }

  private static JsonNode last(LocalStack stack) throws Exception {
    return Answers.get(stack, "catalog-service", "/api/v1/sources/main").path("proof").path("last");
  }

  /** Which rows differ, as the proof that looked closer at {@code found} says. */
  private static JsonNode rows(LocalStack stack, JsonNode found) throws Exception {
    for (JsonNode proof :
        Answers.get(stack, "recovery-orchestrator", "/api/v1/proofs?source=main").path("items")) {
      if (proof.path("narrows").asText().equals(found.path("proof").asText())) {
        return proof.path("tables").path(0).path("rows");
      }
    }
    return found.path("not yet");
  }
}
