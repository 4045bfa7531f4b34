/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.VaultRecipientCommandTest.Typist;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultShredCommandTest {

  @TempDir Path home;
  private SampleVault vault;
  private Path signers;
  private Path custodian;
  private Path identity;

  @BeforeEach
  void create() throws Exception {
    vault = SampleVault.create(home, "here", "there");
    signers = vault.data().resolve("keys/signers.pub");
    custodian = home.resolve("custodian.key");
    SigningKey key = SigningKey.generate();
    key.write(custodian);
    Files.writeString(signers, key.publicKey().text() + "\n", StandardOpenOption.APPEND);
    identity = vault.data().resolve("keys/identity.key");
  }

  private CliRun run(Keyboard keyboard, String verb, String... more) {
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
    return CliRun.of(home, keyboard, args.toArray(String[]::new));
  }

  private CliRun shred(Keyboard keyboard, String... more) {
    List<String> args = new ArrayList<>(List.of("--source", "main", "--identity"));
    args.add(identity.toString());
    args.addAll(List.of(more));
    return run(keyboard, "shred", args.toArray(String[]::new));
  }

  private CliRun restore(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "restore",
                "--latest",
                "--vault",
                "file:" + vault.folder("there"),
                "--signers",
                signers.toString(),
                "--into",
                "jdbc:postgresql://127.0.0.1:1/nowhere?user=nobody",
                "--identity"));
    args.addAll(List.of(more));
    return CliRun.of(home, args.toArray(String[]::new));
  }

  @Test
  void after_it_was_confirmed_the_identity_is_gone_and_every_region_has_the_certificate()
      throws Exception {
    Path copy = Files.copy(identity, home.resolve("forgotten-copy.key"));
    Path page = home.resolve("certificate.txt");

    CliRun run = shred(Typist.of("main"), "--page", page.toString());

    assertThat(run.exit()).as("%s", run.err()).isZero();
    assertThat(identity).doesNotExist();
    assertThat(Files.readString(page))
        .contains("CERTIFICATE OF SHREDDING")
        .contains("identity file " + identity)
        .contains("here", "there", "5 objects")
        .contains("cannot vouch", "no other copy");
    assertThat(run.out()).contains("CERTIFICATE OF SHREDDING");
    for (String region : vault.regions()) {
      try (var files = Files.list(vault.folder(region).resolve("sources/main/shredded"))) {
        assertThat(files).hasSize(1);
      }
    }

    CliRun restore = restore(identity.toString());
    assertThat(restore.exit()).isEqualTo(36);
    assertThat(restore.err()).contains("'main' was shredded on 20");

    Path stranger = home.resolve("stranger.key");
    Identity.generate().write(stranger);
    assertThat(
            run(
                    Keyboard.none(),
                    "rewrap",
                    "--to",
                    signersOf(stranger),
                    "--identity",
                    stranger.toString())
                .exit())
        .isEqualTo(36);
    // It could not know of this one, and says so.
    assertThat(copy).exists();
  }

  private static String signersOf(Path identity) {
    try (HybridIdentity read = Identity.read(identity)) {
      return read.recipient().text();
    }
  }

  @Test
  void scripts_confirm_with_the_source_and_get_the_certificate_as_json() {
    CliRun run = shred(Keyboard.none(), "--confirm", "main", "--json");

    assertThat(run.exit()).as("%s", run.err()).isZero();
    JsonNode certificate = Json.tree(run.out(), "shred").path("certificates").path(0);
    assertThat(certificate.path("source").asText()).isEqualTo("main");
    assertThat(certificate.path("dataKeys").size()).isEqualTo(1);
    assertThat(certificate.path("regions").size()).isEqualTo(2);
    assertThat(certificate.path("regions").path(0).path("objects").asLong()).isEqualTo(5);
    assertThat(certificate.path("cannotVouchFor").size()).isGreaterThan(2);
  }

  @Test
  void without_the_typed_word_nothing_happens() {
    assertThat(shred(Typist.of("yes")).exit()).isEqualTo(6);
    assertThat(shred(Keyboard.none()).exit()).isEqualTo(6);
    assertThat(shred(Keyboard.none(), "--confirm", "mian").exit()).isEqualTo(6);
    assertThat(shred(Keyboard.none(), "--dry-run").exit()).isZero();

    assertThat(identity).exists();
    assertThat(vault.folder("here").resolve("sources/main/shredded")).doesNotExist();
  }

  @Test
  void while_somebody_else_can_read_it_nothing_is_destroyed() {
    Path other = home.resolve("other.key");
    HybridIdentity second = Identity.generate();
    second.write(other);
    assertThat(run(Keyboard.none(), "rewrap", "--to", second.recipient().text()).exit()).isZero();

    CliRun run = shred(Keyboard.none(), "--confirm", "main");

    assertThat(run.exit()).isEqualTo(30);
    assertThat(run.err()).contains(second.recipient().id()).contains("nothing was destroyed");
    assertThat(identity).exists();

    assertThat(shred(Keyboard.none(), "--confirm", "main", "--identity", other.toString()).exit())
        .isZero();
    assertThat(identity).doesNotExist();
    assertThat(other).doesNotExist();
  }

  @Test
  void an_identity_that_opens_nothing_here_is_left_alone() {
    Path other = home.resolve("other.key");
    Identity.generate().write(other);

    CliRun run = shred(Keyboard.none(), "--confirm", "main", "--identity", other.toString());

    assertThat(run.exit()).isEqualTo(30);
    assertThat(run.err()).contains("other.key opens nothing here");
    assertThat(other).exists();
    assertThat(identity).exists();
  }

  @Test
  void a_link_in_place_of_the_file_is_refused_before_anything_is_begun() throws Exception {
    Path link = Files.createSymbolicLink(home.resolve("link.key"), identity);

    CliRun run =
        run(
            Keyboard.none(),
            "shred",
            "--source",
            "main",
            "--identity",
            link.toString(),
            "--confirm",
            "main");

    assertThat(run.exit()).isEqualTo(30);
    assertThat(run.err()).contains("link.key is no file of its own");
    assertThat(identity).exists();
    assertThat(vault.folder("here").resolve("sources/main/shredding")).doesNotExist();
  }
}
