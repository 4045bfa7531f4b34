/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.vault.check.Part;
import dev.holdfast.vault.crypto.AesGcm;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.store.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultCheckCommandTest {

  @TempDir Path home;
  private SampleVault vault;

  @BeforeEach
  void fill() throws Exception {
    vault = SampleVault.create(home, "here", "there");
  }

  @Test
  void intact_regions_end_with_0_and_vouch_for_each_other() {
    CliRun run = check("--json");

    assertThat(run.exit()).as(run.out() + run.err()).isZero();
    JsonNode source = source(run, 0);
    assertThat(source.path("manifests").asLong()).isEqualTo(4);
    assertThat(source.path("objects").path("objects").asLong()).isEqualTo(5);
    assertThat(source.path("damage").asLong()).isZero();
    assertThat(source.path("anchors").path(0).asText()).isEqualTo("there: manifest 4");
    assertThat(source.path("neverRead").path("manifest").asLong()).isEqualTo(2);
  }

  @Test
  void a_flipped_bit_is_found_by_reading_and_ends_with_31_and_the_list() throws Exception {
    Path object = anObject("there");
    flip(object);

    assertThat(check().exit()).isZero();
    CliRun run = check("--read-data");

    assertThat(run.exit()).isEqualTo(31);
    assertThat(run.out())
        .contains("damage: 1,")
        .contains(object.getFileName().toString())
        .contains("repair-from");
    assertThat(source(check("--read-data", "--json"), 1).path("findings").path(0).path("finding"))
        .hasToString("\"altered\"");
  }

  @Test
  void with_the_identity_everything_is_decrypted_and_read() {
    String identity = vault.data().resolve("keys/identity.key").toString();

    CliRun run = check("--read-data", "--identity", identity, "--json");

    assertThat(run.exit()).as(run.out() + run.err()).isZero();
    assertThat(source(run, 0).path("read").path("objects").asLong()).isEqualTo(5);
    assertThat(Json.tree(run.out(), "check").path("cipher").asText())
        .isEqualTo("AES-256-GCM by " + AesGcm.describe());
    assertThat(check("--read-data", "--identity", identity).out())
        .contains("decrypted with AES-256-GCM by " + AesGcm.describe());
    assertThat(check("--read-data").out()).doesNotContain("AES-256-GCM");
  }

  @Test
  void another_identity_is_told_as_the_wrong_key_and_not_as_damage() {
    CliRun.of(home, "keygen", "--out", home.resolve("other").toString());

    CliRun run =
        check(
            "--read-data",
            "--identity",
            home.resolve("other/identity.key").toString(),
            "--signers",
            vault.data().resolve("keys/signers.pub").toString());

    assertThat(run.exit()).isEqualTo(30);
    assertThat(run.out()).contains("cannot be decrypted with this identity");
  }

  @Test
  void parts_are_recorded_until_everything_was_read() throws Exception {
    // Names are random: all objects may be in one part.
    Path folder = vault.folder("here");
    Part first = new Part(1, 3);
    boolean allInFirst;
    try (Stream<Path> files = Files.walk(folder.resolve("sources/main/data"))) {
      allInFirst =
          files
              .filter(Files::isRegularFile)
              .map(file -> new ObjectKey(folder.relativize(file).toString()))
              .allMatch(first::contains);
    }
    List<String> oldest = new ArrayList<>();
    for (int part = 1; part <= 3; part++) {
      CliRun run = check("--region", "here", "--read-data=" + part + "/3", "--json");
      assertThat(run.exit()).as(run.err()).isZero();
      oldest.add(source(run, 0).path("neverRead").path("object").asText(""));
    }

    assertThat(oldest.getFirst().isEmpty()).isEqualTo(allInFirst);
    assertThat(oldest.getLast()).isEmpty();
    // A later check without reading knows it, and says since when.
    JsonNode later = source(check("--region", "here", "--json"), 0);
    assertThat(later.path("neverRead").isNull()).isTrue();
    assertThat(later.path("readSince").isNull()).isFalse();
    // The other region was not read by any of them.
    assertThat(source(check("--region", "there", "--json"), 0).path("neverRead").isNull())
        .isFalse();
  }

  @Test
  void a_chain_cut_after_a_check_is_found_by_the_next_one_and_every_later_one() throws Exception {
    assertThat(check("--region", "here").exit()).isZero();
    Files.delete(vault.folder("here").resolve("sources/main/chain/0000000000000004.json"));

    for (int time = 1; time <= 2; time++) {
      CliRun run = check("--region", "here");
      assertThat(run.exit()).as("check " + time + ": " + run.out()).isEqualTo(31);
      assertThat(run.out()).contains("end was cut off").contains("0000000000000004.json");
    }
  }

  @Test
  void a_chain_cut_in_one_region_is_found_by_the_other() throws Exception {
    Files.delete(vault.folder("here").resolve("sources/main/chain/0000000000000004.json"));

    CliRun run = check("--json");

    assertThat(run.exit()).isEqualTo(31);
    assertThat(source(run, 0).path("findings").path(0).path("finding").asText())
        .isEqualTo("rolled-back");
    // Within the grace it may be on its way: the sample is of long ago, so that takes a lot of it.
    assertThat(check("--grace", "9999999h", "--record", home.resolve("r").toString()).exit())
        .isZero();
  }

  @Test
  void a_source_that_is_gone_altogether_is_missed() throws Exception {
    assertThat(check("--region", "here").exit()).isZero();
    try (Stream<Path> files = Files.walk(vault.folder("here").resolve("sources"))) {
      files.filter(Files::isRegularFile).forEach(VaultCheckCommandTest::delete);
    }

    CliRun run = check("--region", "here");

    assertThat(run.exit()).isEqualTo(31);
    assertThat(run.out()).contains("end was cut off");
  }

  @Test
  void an_anchor_file_finds_a_cut_and_a_replaced_head() throws Exception {
    Path head = vault.folder("here").resolve("sources/main/chain/0000000000000004.json");
    String sha256 = Sha256.of(Files.readAllBytes(head));
    Path good = anchor(4, sha256);
    String[] options = {"--region", "here", "--record", home.resolve("none").toString()};

    assertThat(check(with(options, "--anchor", good.toString())).exit()).isZero();
    assertThat(check(with(options, "--anchor", anchor(4, "ab".repeat(32)).toString())).exit())
        .isEqualTo(31);
    assertThat(check(with(options, "--anchor", anchor(5, sha256).toString())).exit()).isEqualTo(31);
    CliRun bad = check(with(options, "--anchor", vault.data().resolve("holdfast.json").toString()));
    assertThat(bad.exit()).isEqualTo(2);
    assertThat(bad.err()).contains("--anchor").contains("sha256");
  }

  @Test
  void without_any_anchor_it_says_that_freshness_is_unproven() {
    CliRun run =
        check("--vault", "file:" + vault.folder("here"), "--record", home.resolve("r").toString());

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("nothing here proves")
        .contains("old")
        .contains("no Object Lock");
  }

  @Test
  void a_damaged_record_is_told_and_begun_anew() throws Exception {
    assertThat(check("--read-data").exit()).isZero();
    Path record = vault.data().resolve("vault-check.json");
    flip(record);

    CliRun run = check();

    assertThat(run.exit()).isZero();
    assertThat(run.err()).contains("vault-check.json").contains("damaged");
    assertThat(run.out()).contains("never read");
    assertThat(check().err()).doesNotContain("damaged");
  }

  @Test
  void a_region_out_of_reach_does_not_keep_the_others_from_being_checked() throws Exception {
    Files.move(vault.folder("here"), vault.data().resolve("away"));

    CliRun run = check("--json");

    assertThat(run.exit()).isEqualTo(32);
    JsonNode regions = Json.tree(run.out(), "check").path("regions");
    assertThat(regions.path(0).path("error").path("exit").asInt()).isEqualTo(32);
    assertThat(regions.path(1).path("sources").path(0).path("manifests").asLong()).isEqualTo(4);
  }

  @Test
  void regions_are_told_in_their_order_and_each_is_recorded_though_they_are_checked_side_by_side()
      throws Exception {
    List<String> names = List.of("d", "b", "f", "a", "e", "c");
    vault = SampleVault.create(home.resolve("many"), names.toArray(String[]::new));

    List<String> told = new ArrayList<>();
    Json.tree(check("--read-data", "--json").out(), "check")
        .path("regions")
        .forEach(region -> told.add(region.path("region").asText()));

    assertThat(told).isEqualTo(names);
    CliRun later = check("--json");
    for (int region = 0; region < names.size(); region++) {
      assertThat(source(later, region).path("neverRead").isNull()).as(names.get(region)).isTrue();
    }
  }

  @Test
  void a_part_that_is_none_is_refused() {
    CliRun run = check("--read-data=4/3");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("4/3");
  }

  private CliRun check(String... options) {
    return CliRun.of(
        home,
        Stream.concat(
                Stream.of("vault", "check", "--data", vault.data().toString()),
                Arrays.stream(options))
            .toArray(String[]::new));
  }

  private static String[] with(String[] options, String... more) {
    return Stream.concat(Arrays.stream(options), Arrays.stream(more)).toArray(String[]::new);
  }

  private static JsonNode source(CliRun run, int region) {
    return Json.tree(run.out(), "check").path("regions").path(region).path("sources").path(0);
  }

  private Path anchor(long number, String sha256) throws IOException {
    Path file = Files.createTempFile(home, "anchor", ".json");
    Files.writeString(
        file, "{\"source\":\"main\",\"number\":" + number + ",\"sha256\":\"" + sha256 + "\"}\n");
    return file;
  }

  private Path anObject(String region) throws IOException {
    try (Stream<Path> files = Files.walk(vault.folder(region).resolve("sources/main/data"))) {
      return files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
