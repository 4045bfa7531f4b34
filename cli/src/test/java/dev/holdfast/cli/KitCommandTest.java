/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a kit, and what is not. That it restores, {@code BreakGlassKitIT} proves. */
class KitCommandTest {

  @TempDir Path home;
  private SampleVault vault;
  private Path kit;

  @BeforeEach
  void protect() throws Exception {
    vault = SampleVault.create(home, "us-east-1", "us-west-2");
    kit = home.resolve("kit");
  }

  @Test
  void a_kit_explains_itself_and_holds_no_private_key() throws Exception {
    CliRun made = make();

    assertThat(made.exit()).as(made.err()).isZero();
    try (var files = Files.list(kit)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "holdfast-break-glass.jar",
              "RUNBOOK.md",
              "RUNBOOK.txt",
              "vault.json",
              "anchors.json",
              "signers.pub",
              "format.md",
              "test-vector",
              "LICENSE",
              "NOTICE",
              "THIRD-PARTY.txt",
              "SHA256SUMS");
    }
    assertThat(kit.resolve("signers.pub")).hasSameTextualContentAs(key("signers.pub"));
    assertThat(kit.resolve("format.md")).hasSameBinaryContentAs(Path.of("../docs/format.md"));
    String anchors = Files.readString(kit.resolve("vault.json"));
    assertThat(anchors).contains("\"number\" : 4").contains("\"serverVersion\" : 150019");
    List<String> secrets =
        Files.readAllLines(key("identity.key")).stream()
            .filter(line -> line.startsWith("x25519") || line.startsWith("ml-kem"))
            .map(line -> line.split(" ")[1])
            .toList();
    assertThat(secrets).hasSize(2);
    try (var files = Files.walk(kit)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text =
            new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(secrets).as(file.toString()).noneMatch(text::contains);
      }
    }
    theRunbookFitsAPageAndNamesThisVault();
    damageOfAKitIsNoticed();
  }

  private void theRunbookFitsAPageAndNamesThisVault() throws Exception {
    List<String> page = Files.readAllLines(kit.resolve("RUNBOOK.txt"));

    assertThat(page).hasSizeLessThan(60);
    assertThat(page)
        .filteredOn(line -> !line.contains("file:") && !line.contains("recipient"))
        .allMatch(line -> line.length() <= 100);
    for (String document : List.of("RUNBOOK.txt", "RUNBOOK.md")) {
      assertThat(Files.readString(kit.resolve(document)))
          .contains("--vault 'file:" + vault.folder("us-east-1") + "'")
          .contains("--vault 'file:" + vault.folder("us-west-2") + "'")
          .contains("us-west-2: main 4 of ")
          .contains("restore --latest --source main")
          .contains("version 15 or newer (pg_restore")
          .contains("self-test --kit .")
          .contains("NOT in this folder");
    }
  }

  private void damageOfAKitIsNoticed() throws Exception {
    assertThat(CliRun.of(home, "self-test", "--kit", kit.toString()).out()).startsWith("OK: ");
    Files.writeString(kit.resolve("RUNBOOK.txt"), "rm -rf /");

    CliRun test = CliRun.of(home, "self-test", "--kit", kit.toString());

    assertThat(test.exit()).isEqualTo(ExitCode.DAMAGED.code());
    assertThat(test.err()).contains("RUNBOOK.txt is not as it was made");
  }

  @Test
  void a_region_out_of_reach_does_not_hinder_a_kit() throws Exception {
    Files.move(vault.folder("us-east-1"), home.resolve("gone"));

    CliRun made = make();

    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(made.err()).contains("warning: us-east-1");
    assertThat(Files.readString(kit.resolve("RUNBOOK.txt")))
        .contains("us-east-1: was not readable when this was made");
  }

  @Test
  void without_any_region_there_is_no_kit() throws Exception {
    Files.move(vault.folder("us-east-1"), home.resolve("gone"));
    Files.move(vault.folder("us-west-2"), home.resolve("gone too"));

    assertThat(make().exit()).isEqualTo(ExitCode.STORAGE_UNAVAILABLE.code());
    assertThat(kit).doesNotExist();
  }

  @Test
  void a_folder_that_exists_is_not_touched() throws Exception {
    Files.createDirectory(kit);

    assertThat(make().exit()).isEqualTo(ExitCode.EXISTS.code());
    assertThat(kit).isEmptyDirectory();
  }

  @Test
  void the_private_key_goes_in_only_when_a_person_typed_so() throws Exception {
    String identity = key("identity.key").toString();

    CliRun nobody = make("--with-identity", identity);
    assertThat(nobody.exit()).isEqualTo(ExitCode.NOT_CONFIRMED.code());
    assertThat(kit).doesNotExist();
    assertThat(typing("yes", "--with-identity", identity).exit())
        .isEqualTo(ExitCode.NOT_CONFIRMED.code());
    assertThat(kit).doesNotExist();

    CliRun made = typing("include the private key", "--with-identity", identity);
    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(made.err()).contains("reads every backup");
    assertThat(kit.resolve("identity.key")).hasSameBinaryContentAs(key("identity.key"));
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(kit.resolve("identity.key"))))
        .isEqualTo("rw-------");
    assertThat(Files.readString(kit.resolve("RUNBOOK.txt"))).contains("IS in this folder");
  }

  @Test
  void a_private_key_that_opens_nothing_is_refused() throws Exception {
    CliRun.of(home, "keygen", "--out", home.resolve("other").toString());

    CliRun run =
        typing(
            "include the private key",
            "--with-identity",
            home.resolve("other/identity.key").toString());

    assertThat(run.exit()).isEqualTo(ExitCode.WRONG_KEY.code());
    assertThat(kit).doesNotExist();
  }

  @Test
  void the_test_vault_opens() {
    CliRun test = CliRun.of(home, "self-test");

    assertThat(test.exit()).as(test.err()).isZero();
    assertThat(test.out()).contains("OK: 6 manifests verified, 10 objects decrypted");
  }

  private Path key(String name) {
    return vault.data().resolve("keys").resolve(name);
  }

  private CliRun make(String... more) {
    return CliRun.of(home, arguments(more));
  }

  private CliRun typing(String words, String... more) {
    return CliRun.of(
        home,
        new Keyboard() {
          @Override
          public Optional<String> line(String prompt) {
            return Optional.of(words);
          }

          @Override
          public Optional<char[]> secret(String prompt) {
            return Optional.empty();
          }
        },
        arguments(more));
  }

  private String[] arguments(String... more) {
    String[] all =
        Arrays.copyOf(
            new String[] {"kit", "--data", vault.data().toString(), "--out", kit.toString()},
            5 + more.length);
    System.arraycopy(more, 0, all, 5, more.length);
    return all;
  }
}
