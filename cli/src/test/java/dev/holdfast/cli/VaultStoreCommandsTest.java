/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What looks after a store rather than after a vault. */
class VaultStoreCommandsTest {

  @TempDir Path home;

  @Test
  void a_store_is_proven_before_there_is_a_vault_in_it() throws Exception {
    Path empty = Files.createDirectories(home.resolve("empty"));

    CliRun run = CliRun.of(home, "vault", "probe", "--json", "--vault", "file:" + empty);

    assertThat(run.exit()).as(run.err()).isZero();
    JsonNode region = Json.tree(run.out(), "probe").path("regions").path(0);
    assertThat(region.path("suitable").asBoolean()).isTrue();
    assertThat(region.path("left").asInt()).isZero();
    assertThat(region.path("objectLock").isNull()).isTrue();
    assertThat(empty.resolve(".probe").toFile().list((folder, name) -> name.endsWith("0")))
        .isNullOrEmpty();
  }

  @Test
  void a_store_that_is_not_there_is_named() {
    CliRun run = CliRun.of(home, "vault", "probe", "--vault", "file:" + home.resolve("nowhere"));

    assertThat(run.exit()).isEqualTo(32);
    assertThat(run.err()).contains("nowhere").contains("create it");
  }

  @Test
  void a_folder_has_no_uploads_to_abort() throws Exception {
    SampleVault vault = SampleVault.create(home, "here");

    CliRun run =
        CliRun.of(home, "vault", "uploads", "--abort", "--data", vault.data().toString(), "--json");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(Json.tree(run.out(), "uploads").path("uploads").size()).isZero();
  }

  @Test
  void without_object_lock_nothing_is_held_or_locked_and_that_is_told() throws Exception {
    SampleVault vault = SampleVault.create(home, "here");
    String data = vault.data().toString();

    CliRun hold = CliRun.of(home, "vault", "hold", "--data", data);
    assertThat(hold.exit()).isEqualTo(37);
    assertThat(hold.out()).contains("here").contains("no Object Lock");

    CliRun locks =
        CliRun.of(home, "vault", "extend-locks", "--retention", "30", "--data", data, "--json");
    assertThat(locks.exit()).as(locks.err()).isEqualTo(37);
    JsonNode source = Json.tree(locks.out(), "locks").path("sources").path(0);
    assertThat(source.path("source").asText()).isEqualTo("main");
    assertThat(source.path("objectLock").asBoolean()).isFalse();

    CliRun wrong = CliRun.of(home, "vault", "extend-locks", "--retention", "0", "--data", data);
    assertThat(wrong.exit()).isEqualTo(2);
  }
}
