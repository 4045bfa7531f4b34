/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vault diff} says what {@code vault repair-from} repairs. */
class VaultRepairCommandTest {

  @TempDir Path home;
  private SampleVault vault;
  private Map<String, String> whole;

  @BeforeEach
  void fill() throws Exception {
    vault = SampleVault.create(home, "here", "there");
    whole = files("here");
  }

  @Test
  void an_empty_region_is_filled_in_the_order_bodies_then_keys_then_manifests() throws Exception {
    Files.move(vault.folder("there"), home.resolve("gone"));
    Files.createDirectories(vault.folder("there"));

    JsonNode plan = json(repair("here", "--dry-run", "--json")).path("repairs").path(0);
    assertThat(plan.path("missing").asLong()).isEqualTo(10);
    assertThat(plan.path("objects").findValuesAsText("object"))
        .satisfies(
            order -> {
              assertThat(order.getLast()).contains("/chain/");
              int key =
                  order.indexOf(
                      order.stream().filter(o -> o.contains("/keys/")).findFirst().orElseThrow());
              assertThat(order.subList(0, key)).allMatch(o -> o.contains("/data/"));
              assertThat(order.subList(key + 1, order.size())).allMatch(o -> o.contains("/chain/"));
            });
    assertThat(files("there")).as("a dry run writes nothing").isEmpty();

    CliRun run = repair("here");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("copied 10");
    assertThat(files("there")).isEqualTo(whole);
    assertThat(diff("here", "there").out()).contains("only in here: 0").contains("different: 0");
    assertThat(repair("here").out()).contains("0 missing, 0 damaged");
  }

  @Test
  void what_is_damaged_is_left_unless_replacing_it_is_asked_for_and_confirmed() throws Exception {
    Path body = vault.folder("there").resolve(objectOf("/data/"));
    Path manifest = vault.folder("there").resolve("sources/main/chain/0000000000000002.json");
    flip(body);
    flip(manifest);

    CliRun left = repair("here", "--read-data");
    assertThat(left.exit()).isEqualTo(31);
    assertThat(left.out()).contains("2 damaged").contains("--replace-damaged");
    CliRun asked = repair("here", "--read-data", "--replace-damaged");
    assertThat(asked.exit()).isEqualTo(6);
    CliRun wrong = repair("here", "--read-data", "--replace-damaged", "--confirm", "yes");
    assertThat(wrong.exit()).isEqualTo(6);
    assertThat(files("there")).isNotEqualTo(whole);

    CliRun run = repair("here", "--read-data", "--replace-damaged", "--confirm", "replace 2");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("replaced 2");
    assertThat(files("there")).isEqualTo(whole);
  }

  @Test
  void nothing_is_deleted_where_the_good_copy_is_damaged_itself() throws Exception {
    String body = objectOf("/data/");
    flip(vault.folder("here").resolve(body));
    flip(vault.folder("there").resolve(body));
    Map<String, String> before = files("there");

    CliRun run = repair("here", "--read-data", "--replace-damaged", "--confirm", "replace 1");

    assertThat(run.exit()).isEqualTo(31);
    assertThat(run.err()).contains(body);
    assertThat(files("there")).isEqualTo(before);
  }

  @Test
  void a_region_with_a_broken_chain_repairs_nothing() throws Exception {
    flip(vault.folder("here").resolve("sources/main/chain/0000000000000003.json"));
    Files.delete(vault.folder("there").resolve("sources/main/chain/0000000000000004.json"));
    Map<String, String> before = files("there");

    CliRun run = repair("here");

    assertThat(run.exit()).isEqualTo(31);
    assertThat(run.err()).contains("0000000000000003.json");
    assertThat(files("there")).isEqualTo(before);
  }

  @Test
  void diff_names_what_each_has_alone_and_what_both_have_differently() throws Exception {
    Files.delete(vault.folder("there").resolve("sources/main/chain/0000000000000004.json"));
    Files.delete(vault.folder("here").resolve(objectOf("/data/")));
    assertThat(diff("here", "there").exit()).isZero();
    String key = objectOf("/keys/");
    flip(vault.folder("there").resolve(key));

    assertThat(diff("here", "there").exit()).as("equal by size").isZero();
    CliRun run = diff("here", "file:" + vault.folder("there"), "--read-data", "--json");

    assertThat(run.exit()).isEqualTo(31);
    JsonNode diff = json(run);
    assertThat(diff.path("onlyFirst").findValuesAsText("key"))
        .containsExactly("sources/main/chain/0000000000000004.json");
    assertThat(diff.path("onlySecondCount").asLong()).isEqualTo(1);
    assertThat(diff.path("unlike").findValuesAsText("key")).containsExactly(key);
    assertThat(diff.path("heads").path(0).path("first").path("number").asLong()).isEqualTo(4);
    assertThat(diff.path("heads").path(0).path("second").path("number").asLong()).isEqualTo(3);
  }

  private CliRun repair(String... options) {
    return run("repair-from", options);
  }

  private CliRun diff(String... options) {
    return run("diff", options);
  }

  private CliRun run(String verb, String... options) {
    return CliRun.of(
        home,
        Stream.concat(
                Stream.of("vault", verb, "--data", vault.data().toString()), Arrays.stream(options))
            .toArray(String[]::new));
  }

  private static JsonNode json(CliRun run) {
    return Json.tree(run.out(), "run");
  }

  private String objectOf(String part) {
    return whole.keySet().stream().filter(key -> key.contains(part)).findFirst().orElseThrow();
  }

  private Map<String, String> files(String region) throws IOException {
    Map<String, String> files = new TreeMap<>();
    Path folder = vault.folder(region);
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (!name.startsWith(".holdfast")) {
          files.put(name, Arrays.toString(Files.readAllBytes(file)));
        }
      }
    }
    return files;
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }
}
