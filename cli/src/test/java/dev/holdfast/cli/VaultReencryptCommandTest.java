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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultReencryptCommandTest {

  @TempDir Path home;
  private SampleVault vault;
  private Path signers;
  private Path custodian;
  private Path recipients;
  private List<ObjectRef> objects = List.of();

  @BeforeEach
  void create() throws Exception {
    vault = SampleVault.create(home, "here", "there");
    signers = vault.data().resolve("keys/signers.pub");
    custodian = home.resolve("custodian.key");
    SigningKey key = SigningKey.generate();
    key.write(custodian);
    Files.writeString(signers, key.publicKey().text() + "\n", StandardOpenOption.APPEND);
    recipients = home.resolve("recipients");
    try (HybridIdentity identity = Identity.read(identityFile())) {
      Files.writeString(recipients, identity.recipient().text() + "\n");
    }
    try (ObjectStore store = vault.store("here");
        VaultReader reader = VaultReader.open(store, SigningKey.Public.readAll(signers))) {
      objects =
          reader.chain(SampleVault.MAIN).stream()
              .flatMap(manifest -> VaultLayout.objectsOf(manifest).stream())
              .toList();
    }
  }

  private Path identityFile() {
    return vault.data().resolve("keys/identity.key");
  }

  private CliRun run(String verb, String... more) {
    List<String> args =
        new ArrayList<>(List.of("vault", verb, "--data", vault.data().toString(), "--signers"));
    args.add(signers.toString());
    args.addAll(List.of(more));
    return CliRun.of(home, args.toArray(String[]::new));
  }

  @Test
  void a_compromised_key_is_told_with_all_that_it_reaches() {
    CliRun run = run("compromised", "--data-key", objects.getFirst().dataKey(), "--json");

    assertThat(run.exit()).as("%s", run.err()).isZero();
    JsonNode reach = Json.tree(run.out(), "compromised").path("sources").path(0);
    assertThat(reach.path("objects").asInt()).isEqualTo(5);
    assertThat(reach.path("notReplaced").asInt()).isEqualTo(5);
    assertThat(reach.path("manifests").toString()).isEqualTo("[2,3]");
    assertThat(reach.path("ranges").path(0).path("through").asText()).isEqualTo("0/C8");
    assertThat(reach.path("bases").path(0).asText()).isEqualTo("base-1");
    assertThat(reach.path("regions").size()).isEqualTo(2);
    assertThat(reach.path("regions").path(1).path("objects").asInt()).isEqualTo(5);

    CliRun unknown = run("compromised", "--data-key", "0".repeat(32));
    assertThat(unknown.exit()).isEqualTo(22);
  }

  @Test
  void after_encrypting_anew_the_old_objects_can_be_deleted_in_every_region() throws Exception {
    String[] args = {
      "--data-key",
      objects.getFirst().dataKey(),
      "--to",
      recipients.toString(),
      "--signing-key",
      custodian.toString()
    };
    String[] dryRun = java.util.Arrays.copyOf(args, args.length + 1);
    dryRun[args.length] = "--dry-run";
    CliRun dry = run("reencrypt", dryRun);
    assertThat(dry.exit()).as("%s", dry.err()).isZero();
    assertThat(dry.out()).contains("would encrypt 5 objects");

    CliRun run = run("reencrypt", args);
    assertThat(run.exit()).as("%s", run.err()).isZero();
    assertThat(run.out()).contains("encrypted 5 objects anew");
    assertThat(run.err()).contains("old objects stay");
    assertThat(run("reencrypt", args).out()).contains("encrypted 0 objects anew");

    for (String region : vault.regions()) {
      try (ObjectStore store = vault.store(region);
          VaultReader reader = VaultReader.open(store, SigningKey.Public.readAll(signers));
          Identity identity = Identity.read(identityFile())) {
        for (ObjectRef object : objects) {
          store.delete(object.key());
          try (var plain = reader.open(object, identity)) {
            assertThat(plain.readAllBytes()).isNotEmpty();
          }
        }
      }
    }
  }
}
