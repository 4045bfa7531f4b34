/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.CLOCK;
import static dev.holdfast.vault.VaultFixture.MAIN;
import static dev.holdfast.vault.VaultFixture.body;
import static dev.holdfast.vault.VaultFixture.bytes;
import static dev.holdfast.vault.VaultFixture.segment;
import static dev.holdfast.vault.VaultWriterTest.assertThatVaultException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Secret;
import dev.holdfast.testkit.KmsServer;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.KmsIdentity;
import dev.holdfast.vault.crypto.KmsRecipient;
import dev.holdfast.vault.crypto.PassphraseIdentity;
import dev.holdfast.vault.crypto.PassphraseRecipient;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.kms.AwsKms;
import dev.holdfast.vault.kms.Kms;
import dev.holdfast.vault.kms.KmsKey;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of recipient is written to by a worker that can read nothing of it. */
class RecipientKindsTest {

  private static final String ARN =
      "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

  private final VaultFixture vault = new VaultFixture();
  private final KmsServer server = new KmsServer();
  private final KmsKey key = key(ARN);
  private final Set<SigningKey.Public> signers = vault.identity.trustedSigners();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  private KmsKey key(String arn) {
    server.key(arn);
    return new KmsKey(arn);
  }

  /** KMS for somebody with exactly these rights. */
  private AwsKms as(String accessKey, String... actions) {
    server.grant(accessKey, actions);
    return new AwsKms(
        Optional.of(server.endpoint()),
        Optional.of(new StoreCredentials(accessKey, new Secret("secret-of-" + accessKey))));
  }

  private ObjectRef write(Recipient... to) {
    try (VaultWriter writer =
        VaultWriter.open(vault.store, MAIN, List.of(to), vault.signer, CLOCK)) {
      ObjectRef ref = body(writer, bytes(1000));
      writer.append(segment(1, 2, List.of(ref)));
      return ref;
    }
  }

  private void assertReads(Identity identity, ObjectRef ref) {
    try (VaultReader reader = vault.reader()) {
      assertThat(reader.open(ref, identity)).hasBinaryContent(bytes(1000));
    }
  }

  @Test
  void any_number_of_kinds_opens_the_same_data_key() {
    PassphraseRecipient phrase = PassphraseRecipient.of("correct horse battery".toCharArray());
    HybridIdentity second = Identity.generate();
    ObjectRef ref =
        write(
            vault.identity.recipient(),
            new KmsRecipient(key, as("worker", "Encrypt")),
            phrase,
            second.recipient());

    assertReads(vault.identity, ref);
    assertReads(second, ref);
    assertReads(new PassphraseIdentity("correct horse battery".toCharArray(), signers), ref);
    assertReads(new KmsIdentity(key, as("recovery", "Decrypt"), signers), ref);
    // What is published of a kind is what the format says, and nothing more.
    String keyObject =
        new String(
            vault.stored(VaultLayout.keyObject(MAIN, ref.dataKey())), StandardCharsets.UTF_8);
    assertThat(keyObject)
        .contains("\"argon2id\":{\"salt\":\"")
        .contains("\"memoryKiB\":262144,\"iterations\":3,\"parallelism\":4}")
        .contains("\"encapsulation\":\"\"")
        .contains("\"kms\":{\"key\":\"" + ARN + "\",\"region\":\"eu-central-1\"}")
        .doesNotContain("null");
  }

  @Test
  void a_recipient_of_each_kind_is_read_back_from_its_line() throws Exception {
    PassphraseRecipient phrase = PassphraseRecipient.of("correct horse battery".toCharArray());
    Path file = folder.resolve("recipients");
    Files.writeString(
        file,
        "# three\n" + vault.identity.recipient().text() + "\n\n" + phrase.text() + "\n" + ARN);

    assertThat(Recipient.readAll(file))
        .containsExactly(vault.identity.recipient(), phrase, new KmsRecipient(key, as("worker")));
    assertThat(Recipient.parse(phrase.text()).id()).isEqualTo(phrase.id());
  }

  @Test
  void a_mistyped_recipient_is_refused_with_its_reason() {
    PassphraseRecipient phrase = PassphraseRecipient.of("correct horse battery".toCharArray());
    String text = phrase.text();
    assertThatVaultException(
            () -> Recipient.parse(text.substring(0, text.length() - 4) + "AAAA"),
            Reason.BAD_KEY_FILE)
        .hasMessageContaining("does not match");
    assertThatVaultException(
            () -> Recipient.parse("arn:aws:kms:eu-central-1:111122223333:alias/backup"),
            Reason.BAD_KEY_FILE)
        .hasMessageContaining("not an alias");
    assertThatVaultException(() -> Recipient.parse("age1xyz"), Reason.BAD_KEY_FILE);
  }

  @Test
  void another_passphrase_opens_nothing_and_a_short_one_is_no_recipient() {
    ObjectRef ref = write(PassphraseRecipient.of("correct horse battery".toCharArray()));

    assertThatVaultException(
            () ->
                assertReads(
                    new PassphraseIdentity("correct horse batterx".toCharArray(), signers), ref),
            Reason.WRONG_KEY)
        .hasMessageContaining("this passphrase cannot open")
        .hasMessageNotContaining("batterx");
    assertThatVaultException(
            () -> PassphraseRecipient.of("short".toCharArray()), Reason.BAD_KEY_FILE)
        .hasMessageContaining("16");
  }

  @Test
  void a_worker_that_may_encrypt_cannot_decrypt_and_is_told_the_right_that_is_missing() {
    Kms worker = as("worker", "Encrypt");
    ObjectRef ref = write(new KmsRecipient(key, worker));

    assertThatVaultException(
            () -> assertReads(new KmsIdentity(key, worker, signers), ref), Reason.WRONG_KEY)
        .hasMessageContaining("kms:Decrypt")
        .hasMessageContaining(ARN);
    assertThatVaultException(() -> write(new KmsRecipient(key, as("nobody"))), Reason.WRONG_KEY)
        .hasMessageContaining("kms:Encrypt");
  }

  @Test
  void kms_is_told_source_and_key_object_and_opens_the_entry_under_no_other_name() {
    ObjectRef ref = write(new KmsRecipient(key, as("worker", "Encrypt")));
    String name = "sources/main/keys/" + ref.dataKey() + ".json";
    assertThat(server.served)
        .containsExactly("Encrypt {holdfast:key-object=" + name + ", holdfast:source=main}");

    // The same document under a further name: signed, and yet bound to the first one.
    ObjectKey moved = VaultLayout.furtherKeyObject(MAIN, ref.dataKey());
    vault.replace(moved, vault.stored(VaultLayout.keyObject(MAIN, ref.dataKey())));
    vault.store.delete(VaultLayout.keyObject(MAIN, ref.dataKey()));
    KmsIdentity recovery = new KmsIdentity(key, as("recovery", "Decrypt"), signers);
    KeyObject read = KeyObject.read(moved, vault.stored(moved), signers);
    assertThatVaultException(() -> read.unwrap(moved, recovery), Reason.DAMAGED)
        .hasMessageContaining("moved");
  }

  @Test
  void a_kms_that_does_not_answer_is_no_damage_and_a_retry_can_help() {
    Kms worker = as("worker", "Encrypt");
    server.close();
    assertThatThrownBy(() -> write(new KmsRecipient(key, worker)))
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.retryable()).isTrue());
  }

  @Test
  void a_replica_of_a_multi_region_key_opens_what_the_other_region_encrypted() {
    String mrk = "key/mrk-0123456789abcdef0123456789abcdef";
    KmsKey frankfurt = key("arn:aws:kms:eu-central-1:111122223333:" + mrk);
    KmsKey oregon = key("arn:aws:kms:us-west-2:111122223333:" + mrk);
    ObjectRef ref = write(new KmsRecipient(frankfurt, as("worker", "Encrypt")));

    assertReads(new KmsIdentity(oregon, as("recovery", "Decrypt"), signers), ref);
  }

  @Test
  void all_that_a_worker_holds_opens_nothing_of_what_it_wrote() {
    Kms workersKms = as("worker", "Encrypt");
    PassphraseRecipient phrase = PassphraseRecipient.of("correct horse battery".toCharArray());
    Path signing = folder.resolve("signing.key");
    vault.signer.write(signing);
    // Its recipients file, line by line, its signing key, and its rights in KMS.
    List<String> held =
        List.of(vault.identity.recipient().text(), phrase.text(), ARN, read(signing));
    ObjectRef ref = write(vault.identity.recipient(), phrase, new KmsRecipient(key, workersKms));

    try (VaultReader reader = vault.reader()) {
      for (String text : held) {
        Path file = folder.resolve("as-identity-" + held.indexOf(text));
        writeText(file, text);
        assertThatVaultException(() -> Identity.read(file), Reason.BAD_KEY_FILE);
        assertThatVaultException(
            () -> reader.open(ref, new PassphraseIdentity(text.toCharArray(), signers)),
            Reason.WRONG_KEY);
      }
      assertThatVaultException(
          () -> reader.open(ref, new KmsIdentity(key, workersKms, signers)), Reason.WRONG_KEY);
      // Keys of its own making, which it could also write into its configuration.
      assertThatVaultException(
          () -> reader.open(ref, Identity.generate().trusting(signers)), Reason.WRONG_KEY);
    }
    assertReads(vault.identity, ref);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void writeText(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void a_deletion_that_was_scheduled_is_found_so_by_who_may_look() {
    AwsKms custodian = as("custodian", "ScheduleKeyDeletion", "DescribeKey");
    java.time.Instant first = custodian.scheduleDeletion(key, 7);

    assertThat(custodian.scheduleDeletion(key, 30)).isEqualTo(first);
    assertThatVaultException(
            () -> as("blind", "ScheduleKeyDeletion").scheduleDeletion(key, 7), Reason.WRONG_KEY)
        .hasMessageContaining("kms:DescribeKey");
  }
}
