/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Fuse.Killed;
import dev.holdfast.testkit.KmsServer;
import dev.holdfast.vault.crypto.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A KMS key as recipient and as identity, found by the AWS SDK as an operator's shell sets it. */
class VaultKmsTest {

  private static final String ARN =
      "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

  private static final Map<String, String> CREDENTIALS =
      Map.of("aws.accessKeyId", "recovery", "aws.secretAccessKey", "secret");

  private static final String ENDPOINT = "aws.endpointUrlKms";

  @TempDir Path home;
  private final KmsServer kms = new KmsServer();
  private SampleVault vault;
  private Path signers;
  private Path custodian;
  private Path identity;

  @BeforeEach
  void create() throws Exception {
    CREDENTIALS.forEach(System::setProperty);
    System.setProperty(ENDPOINT, kms.endpoint().toString());
    kms.key(ARN);
    vault = SampleVault.create(home, "here", "there");
    signers = vault.data().resolve("keys/signers.pub");
    custodian = home.resolve("custodian.key");
    SigningKey key = SigningKey.generate();
    key.write(custodian);
    Files.writeString(signers, key.publicKey().text() + "\n", StandardOpenOption.APPEND);
    identity = vault.data().resolve("keys/identity.key");
  }

  @AfterEach
  void stop() {
    kms.close();
    CREDENTIALS.keySet().forEach(System::clearProperty);
    System.clearProperty(ENDPOINT);
  }

  private CliRun run(String verb, String... more) {
    List<String> args = new ArrayList<>(List.of("vault", verb));
    args.addAll(List.of("--data", vault.data().toString(), "--signers", signers.toString()));
    args.addAll(List.of(more));
    return CliRun.of(home, args.toArray(String[]::new));
  }

  private void rewrapToKms() {
    kms.grant("recovery", "Encrypt");
    CliRun run =
        run(
            "rewrap",
            "--identity",
            identity.toString(),
            "--to",
            ARN,
            "--signing-key",
            custodian.toString());
    assertThat(run.exit()).as("%s", run.err()).isZero();
  }

  private CliRun check() {
    return run("check", "--read-data", "--identity", ARN, "--json");
  }

  @Test
  void what_was_rewrapped_to_a_key_is_decrypted_with_it_alone() throws Exception {
    rewrapToKms();
    Files.delete(identity);
    kms.grant("recovery", "Decrypt");

    CliRun run = check();

    assertThat(run.exit()).as("%s%s", run.out(), run.err()).isZero();
    for (JsonNode region : Json.tree(run.out(), "check").path("regions")) {
      JsonNode source = region.path("sources").path(0);
      assertThat(source.path("read").path("objects").asInt()).isEqualTo(5);
      assertThat(source.path("unchecked").asInt()).isZero();
    }
    assertThat(kms.served)
        .as("what a policy of KMS can refer to")
        .anySatisfy(
            call ->
                assertThat(call)
                    .startsWith("Decrypt {holdfast:key-object=sources/main/keys/")
                    .endsWith("holdfast:source=main}"));
  }

  @Test
  void the_right_that_is_missing_is_named() {
    rewrapToKms(); // which leaves the right to encrypt, and no other

    assertThat(check().exit()).isEqualTo(30);
    CliRun opened = openEveryDataKey();
    assertThat(opened.exit()).as("%s", opened.err()).isEqualTo(30);
    assertThat(opened.err()).contains("kms:Decrypt").contains(ARN);
  }

  @Test
  void a_service_that_is_away_is_told_as_such() {
    rewrapToKms();
    kms.close();

    CliRun opened = openEveryDataKey();

    assertThat(opened.exit()).as("%s", opened.err()).isEqualTo(32);
    assertThat(opened.err()).contains("KMS in eu-central-1");
  }

  private CliRun openEveryDataKey() {
    return run(
        "rewrap",
        "--identity",
        ARN,
        "--to",
        ARN,
        "--signing-key",
        custodian.toString(),
        "--dry-run");
  }

  @Test
  void a_run_that_was_killed_when_the_deletion_was_scheduled_is_finished_by_the_next() {
    rewrapToKms();
    kms.grant("recovery", "ScheduleKeyDeletion", "DescribeKey");
    Fuse fuse = new Fuse(2); // the intent, the deletion; and no file any more

    assertThatThrownBy(() -> shred(fuse)).isInstanceOf(Killed.class);
    assertThat(kms.served).last().asString().startsWith("ScheduleKeyDeletion");
    assertThat(identity).exists();

    CliRun run = shred(new Fuse(Integer.MAX_VALUE));

    assertThat(run.exit()).as("%s", run.err()).isZero();
    assertThat(identity).doesNotExist();
    JsonNode destroyed =
        Json.tree(run.out(), "shred").path("certificates").path(0).path("destroyed");
    assertThat(destroyed.findValuesAsText("what"))
        .containsExactly("KMS key " + ARN, "identity file " + identity);
    assertThat(destroyed.path(0).path("finalAt").asText()).isNotEmpty();
    assertThat(openEveryDataKey().exit()).isEqualTo(36);
  }

  private CliRun shred(Fuse fuse) {
    return CliRun.of(
        home,
        Keyboard.none(),
        fuse,
        "vault",
        "shred",
        "--data",
        vault.data().toString(),
        "--signers",
        signers.toString(),
        "--source",
        "main",
        "--identity",
        identity.toString(),
        "--identity",
        ARN,
        "--signing-key",
        custodian.toString(),
        "--confirm",
        "main",
        "--json");
  }
}
