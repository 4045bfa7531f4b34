/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultRewrapCommandTest {

  @TempDir Path home;
  private SampleVault vault;
  private final SigningKey custodian = SigningKey.generate();
  private HybridIdentity successor = Identity.generate();
  private Path custodianFile;
  private Path recipients;

  @BeforeEach
  void create() throws Exception {
    vault = SampleVault.create(home, "here", "there");
    custodianFile = home.resolve("custodian.key");
    custodian.write(custodianFile);
    recipients = home.resolve("recipients");
    Files.writeString(recipients, "# new\n" + successor.recipient().text() + "\n");
  }

  private void trustCustodian() throws Exception {
    Path signers = vault.data().resolve("keys/signers.pub");
    Files.writeString(signers, custodian.publicKey().text() + "\n", StandardOpenOption.APPEND);
    Set<SigningKey.Public> trusted = SigningKey.Public.readAll(signers);
    successor = successor.trusting(trusted);
  }

  private CliRun rewrap(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "vault",
                "rewrap",
                "--data",
                vault.data().toString(),
                "--signers",
                vault.data().resolve("keys/signers.pub").toString(),
                "--signing-key",
                custodianFile.toString(),
                "--to",
                recipients.toString()));
    args.addAll(List.of(more));
    return CliRun.of(home, args.toArray(String[]::new));
  }

  private boolean successorReads(String region) throws Exception {
    try (ObjectStore store = vault.store(region);
        VaultReader reader = VaultReader.open(store, successor.trustedSigners())) {
      List<ObjectRef> objects =
          reader.chain(SampleVault.MAIN).stream()
              .flatMap(manifest -> VaultLayout.objectsOf(manifest).stream())
              .toList();
      assertThat(objects).hasSize(5);
      for (ObjectRef object : objects) {
        try (var plain = reader.open(object, successor)) {
          assertThat(plain.readAllBytes()).isNotEmpty();
        }
      }
      return true;
    } catch (dev.holdfast.vault.VaultException e) {
      assertThat(e.reason()).isEqualTo(dev.holdfast.vault.VaultException.Reason.WRONG_KEY);
      return false;
    }
  }

  @Test
  void the_new_identity_alone_reads_every_region_afterwards() throws Exception {
    trustCustodian();
    assertThat(successorReads("here")).isFalse();

    CliRun dry = rewrap("--dry-run");
    assertThat(dry.exit()).as("%s", dry.err()).isZero();
    assertThat(dry.out()).contains("1 data keys opened, 1 would be wrapped");
    assertThat(successorReads("here")).isFalse();

    CliRun run = rewrap("--json");
    assertThat(run.exit()).as("%s", run.err()).isZero();
    JsonNode source = Json.tree(run.out(), "rewrap").path("sources").path(0);
    assertThat(source.path("written").size()).isEqualTo(1);
    assertThat(source.path("dataKeys").path(0).path("wrappedTo").path(0).asText())
        .isEqualTo(successor.recipient().id());
    assertThat(successorReads("here")).isTrue();
    assertThat(successorReads("there")).isTrue();

    CliRun again = rewrap();
    assertThat(again.out()).contains("0 wrapped to");
    assertThat(again.err()).contains("Who could read before still can");
  }

  @Test
  void a_custodian_whom_no_reader_trusts_is_refused_with_the_line_to_add() {
    CliRun run = rewrap();

    assertThat(run.exit()).isEqualTo(30);
    assertThat(run.err()).contains(custodian.publicKey().text()).contains("signers.pub");
  }

  @Test
  void an_identity_that_opens_nothing_writes_nothing() throws Exception {
    trustCustodian();
    Path stranger = home.resolve("stranger.key");
    Identity.generate().write(stranger);

    CliRun run = rewrap("--identity", stranger.toString());

    assertThat(run.exit()).isEqualTo(30);
    assertThat(run.err()).contains("cannot open");
    assertThat(successorReads("here")).isFalse();
  }
}
