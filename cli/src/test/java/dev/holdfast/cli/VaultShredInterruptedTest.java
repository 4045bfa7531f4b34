/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Fuse.Killed;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.KeyFiles;
import dev.holdfast.vault.crypto.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is killed while a source is shredded: the same command again ends with certificates. */
class VaultShredInterruptedTest {

  /** What is told before it is done; the files' folder is left out. */
  private static final List<String> STEPS =
      List.of(
          "storing what is about to be destroyed for source main ...",
          "setting identity file identity.key aside ...",
          "overwriting identity file identity.key ...",
          "setting identity file other.key aside ...",
          "overwriting identity file other.key ...",
          "storing the certificate of source main ...",
          "removing what is left of files ...");

  private static final int CERTIFICATE = 5;

  @TempDir Path home;
  private SampleVault vault;
  private Path signers;
  private Path custodian;
  private Path identity;
  private Path other;

  @BeforeEach
  void create() throws Exception {
    vault = SampleVault.create(home, "here", "there");
    signers = vault.data().resolve("keys/signers.pub");
    custodian = home.resolve("custodian.key");
    SigningKey key = SigningKey.generate();
    key.write(custodian);
    Files.writeString(signers, key.publicKey().text() + "\n", StandardOpenOption.APPEND);
    identity = vault.data().resolve("keys/identity.key");
    other = vault.data().resolve("keys/other.key");
    HybridIdentity second = Identity.generate();
    second.write(other);
    assertThat(run(Integer.MAX_VALUE, "rewrap", "--to", second.recipient().text()).exit()).isZero();
  }

  private CliRun run(int steps, String verb, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "vault",
                verb,
                "--data",
                vault.data().toString(),
                "--signers",
                signers.toString(),
                "--signing-key",
                custodian.toString()));
    args.addAll(List.of(more));
    return CliRun.of(home, Keyboard.none(), new Fuse(steps), args.toArray(String[]::new));
  }

  private CliRun shred(int steps) {
    return shred(steps, identity, other);
  }

  private CliRun shred(int steps, Path... identities) {
    List<String> args = new ArrayList<>(List.of("--source", "main", "--confirm", "main", "--json"));
    for (Path each : identities) {
      args.addAll(List.of("--identity", each.toString()));
    }
    return run(steps, "shred", args.toArray(String[]::new));
  }

  private void kill(int atStep) {
    assertThatThrownBy(() -> shred(atStep)).isInstanceOf(Killed.class);
  }

  private List<Path> documents(String region, String kind) throws IOException {
    Path folder = vault.folder(region).resolve("sources/main").resolve(kind);
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** A region that had not taken yet what the other one had. */
  private void forget(String region) throws IOException {
    for (String kind : List.of("shredding", "shredded")) {
      for (Path document : documents(region, kind)) {
        Files.delete(document);
      }
    }
  }

  private void assertShredded(CliRun run) throws IOException {
    assertThat(run.exit()).as("%s", run.err()).isZero();
    assertThat(List.of(identity, other)).allSatisfy(file -> assertThat(file).doesNotExist());
    assertThat(List.of(identity, other))
        .allSatisfy(file -> assertThat(KeyFiles.ashes(file)).doesNotExist());
    JsonNode certificate = Json.tree(run.out(), "shred").path("certificates").path(0);
    assertThat(certificate.path("destroyed").findValuesAsText("what"))
        .containsExactlyInAnyOrder("identity file " + identity, "identity file " + other);
    assertThat(certificate.path("dataKeys").size()).isEqualTo(1);
    List<Path> here = documents("here", "shredded");
    List<Path> there = documents("there", "shredded");
    assertThat(here).hasSize(1);
    assertThat(there).hasSize(1);
    assertThat(there.getFirst()).hasSameBinaryContentAs(here.getFirst());
  }

  @Test
  void the_steps_are_known_and_end_with_the_certificate() throws Exception {
    CliRun run = shred(Integer.MAX_VALUE);

    assertShredded(run);
    assertThat(
            run.err()
                .lines()
                .filter(line -> line.endsWith(" ..."))
                .map(line -> line.replace(identity.getParent() + "/", "")))
        .containsExactlyElementsOf(STEPS);
  }

  static Stream<Arguments> points() {
    return IntStream.range(0, STEPS.size())
        .boxed()
        .flatMap(
            step ->
                Stream.of(
                    Arguments.of("before " + STEPS.get(step), step, false),
                    Arguments.of("before " + STEPS.get(step) + " one region only", step, true)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("points")
  void killed_anywhere_the_same_command_again_certifies(
      String name, int step, boolean oneRegionOnly) throws Exception {
    kill(step);
    if (step <= CERTIFICATE) {
      assertThat(documents("here", "shredded")).as("not certified yet").isEmpty();
    }
    if (oneRegionOnly) {
      forget("there");
    }

    assertShredded(shred(Integer.MAX_VALUE));

    // And once more: nothing is left to do, and the certificate is printed again.
    CliRun again = shred(Integer.MAX_VALUE);
    assertShredded(again);
    assertThat(again.err()).contains("was shredded before");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("points")
  void killed_at_every_step_of_every_run_it_ends_all_the_same(
      String name, int step, boolean oneRegionOnly) throws Exception {
    kill(step);
    for (int next = 0; next < STEPS.size(); next++) {
      try {
        CliRun run = shred(next);
        assertThat(run.exit()).as("%s", run.err()).isZero();
        break;
      } catch (Killed expected) {
        if (oneRegionOnly && next % 2 == 0) {
          forget("there");
        }
      }
    }
    assertShredded(shred(Integer.MAX_VALUE));
  }

  @Test
  void a_file_that_somebody_took_away_meanwhile_is_asked_for_and_not_certified() throws Exception {
    kill(1);
    Path taken = Files.move(identity, home.resolve("taken.key"));

    CliRun run = shred(Integer.MAX_VALUE);

    assertThat(run.exit()).isEqualTo(30);
    assertThat(run.err())
        .contains("nothing was destroyed")
        .contains(identity + ", which is neither there nor overwritten");
    assertThat(documents("here", "shredded")).isEmpty();
    assertThat(other).exists();

    assertThat(shred(Integer.MAX_VALUE, taken, other).exit()).isZero();
    assertThat(taken).doesNotExist();
    assertThat(documents("there", "shredded")).hasSize(1);
  }

  @Test
  void a_new_key_that_was_made_at_the_old_place_meanwhile_stays() throws Exception {
    kill(3);
    Identity.generate().write(identity);

    CliRun run = run(Integer.MAX_VALUE, "shred", "--source", "main", "--confirm", "main");

    assertThat(run.exit()).as("%s", run.err()).isZero();
    assertThat(identity).exists();
    assertThat(KeyFiles.ashes(identity)).doesNotExist();
    assertThat(other).doesNotExist();
    assertThat(documents("there", "shredded")).hasSize(1);
  }

  @Test
  void what_was_begun_is_told_also_when_nothing_is_done() {
    kill(4);

    CliRun run = run(Integer.MAX_VALUE, "shred", "--source", "main", "--dry-run");

    assertThat(run.exit()).as("%s", run.err()).isZero();
    assertThat(run.err())
        .contains("was interrupted while it shredded source main")
        .contains(identity.toString());
  }
}
