/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultLsCommandTest {

  @TempDir Path home;
  private SampleVault vault;

  @BeforeEach
  void fill() throws Exception {
    vault = SampleVault.create(home, "here", "there");
  }

  @Test
  void without_options_every_region_of_a_folder_is_told_though_nothing_runs() {
    CliRun run = CliRun.of(home, "vault", "ls", "--json", "--data", vault.data().toString());

    assertThat(run.exit()).as(run.err()).isZero();
    JsonNode regions = Json.tree(run.out(), "ls").path("regions");
    assertThat(regions.findValuesAsText("region")).containsExactly("here", "there");
    JsonNode source = regions.path(0).path("sources").path(0);
    assertThat(source.path("source").asText()).isEqualTo("main");
    assertThat(source.path("head").path("number").asLong()).isEqualTo(4);
    assertThat(source.path("epochs").size()).isEqualTo(1);
    assertThat(source.path("bases").path(0).path("objects").asInt()).isEqualTo(4);
    assertThat(source.path("segments").path("bodies").asLong()).isEqualTo(1);
    assertThat(source.path("holes").path(0).path("reason").asText()).isEqualTo("slot lost");
    assertThat(source.path("stored").path("chain").path("objects").asLong()).isEqualTo(4);
    assertThat(source.path("stored").path("keys").path("objects").asLong()).isEqualTo(1);
    assertThat(source.path("stored").path("data").path("objects").asLong()).isEqualTo(5);
  }

  @Test
  void only_the_newest_manifests_are_read_when_asked() {
    CliRun run =
        CliRun.of(
            home,
            "vault",
            "ls",
            "--newest",
            "1",
            "--region",
            "here",
            "--data",
            vault.data().toString());

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("from manifest 4 on")
        .contains("slot lost")
        .doesNotContain("epoch 1");
  }

  @Test
  void objects_are_listed_in_pages() {
    String url = "file:" + vault.folder("here");
    CliRun first =
        CliRun.of(home, "vault", "ls", "--objects", "--json", "--limit", "2", "--vault", url);
    JsonNode page = Json.tree(first.out(), "ls").path("regions").path(0);
    assertThat(page.path("more").asBoolean()).isTrue();
    assertThat(page.path("objects").path(0).path("key").asText()).isEqualTo("holdfast.json");

    CliRun rest =
        CliRun.of(
            home,
            "vault",
            "ls",
            "--objects",
            "--json",
            "--vault",
            url,
            "--after",
            page.path("objects").path(1).path("key").asText());
    JsonNode others = Json.tree(rest.out(), "ls").path("regions").path(0);
    assertThat(others.path("more").asBoolean()).isFalse();
    assertThat(others.path("objects").size()).isEqualTo(9);
  }

  @Test
  void a_region_that_is_not_there_is_told_with_those_that_are() {
    CliRun run =
        CliRun.of(home, "vault", "ls", "--region", "moon", "--data", vault.data().toString());

    assertThat(run.exit()).isEqualTo(22);
    assertThat(run.err()).contains("'moon'").contains("here, there");
  }

  @Test
  void without_any_signers_it_says_how_to_name_them() throws Exception {
    Files.delete(vault.data().resolve("keys/signers.pub"));

    CliRun run = CliRun.of(home, "vault", "ls", "--data", vault.data().toString());

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("signers.pub").contains("--signers").contains("--identity");
  }

  @Test
  void a_damaged_chain_is_not_told_as_if_it_were_good() throws Exception {
    Path manifest = vault.folder("there").resolve("sources/main/chain/0000000000000002.json");
    Files.writeString(manifest, Files.readString(manifest).replace("base-sealed", "base-scaled"));

    CliRun run = CliRun.of(home, "vault", "ls", "--data", vault.data().toString());

    assertThat(run.exit()).isEqualTo(31);
    assertThat(run.err()).contains("0000000000000002.json");
  }
}
