/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.VaultException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is secret is wiped when it is let go, and printed nowhere. */
class KeyMaterialTest {

  private static final String NAME = "sources/main/keys/0.json";
  private static final Argon2id CHEAPEST =
      new Argon2id("AAAAAAAAAAAAAAAAAAAAAA==", 64 * 1024, 3, 1);

  @TempDir Path folder;

  @Test
  void a_closed_data_key_is_wiped_and_seals_nothing_more() throws Exception {
    DataKey key = DataKey.generate();
    byte[] secret = field(key, "secret");
    assertThat(secret).isNotEqualTo(new byte[32]);

    key.close();

    assertThat(secret).isEqualTo(new byte[32]);
    assertThatThrownBy(() -> Identity.generate().recipient().wrap(key, NAME))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void a_closed_identity_is_wiped_and_opens_nothing_more() throws Exception {
    HybridIdentity identity = Identity.generate();
    DataKey key = DataKey.generate();
    WrappedKey entry = identity.recipient().wrap(key, NAME);
    HybridKeyPair keys = field(identity, "keys");

    identity.close();

    assertThat(keys.mlKem()).containsOnly(0);
    assertThat(keys.x25519()).containsOnly(0);
    assertThatThrownBy(() -> identity.unwrap(entry, key.id(), NAME))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_closed_passphrase_is_wiped_with_the_keys_it_led_to() throws Exception {
    char[] given = "correct horse battery".toCharArray();
    PassphraseRecipient recipient = PassphraseRecipient.of(given, CHEAPEST);
    DataKey key = DataKey.generate();
    WrappedKey entry = recipient.wrap(key, NAME);
    PassphraseIdentity identity = new PassphraseIdentity(given, Set.of());
    assertThat(identity.unwrap(entry, key.id(), NAME).map(DataKey::id)).contains(key.id());
    char[] held = field(identity, "passphrase");
    java.util.Map<Argon2id, HybridKeyPair> derived = field(identity, "derived");
    HybridKeyPair keys = derived.values().iterator().next();

    identity.close();

    assertThat(held).containsOnly('\0');
    assertThat(keys.x25519()).containsOnly(0);
    assertThat(derived).isEmpty();
  }

  @Test
  void nothing_secret_is_in_what_is_printed() throws Exception {
    HybridIdentity identity = Identity.generate();
    HybridKeyPair keys = field(identity, "keys");
    DataKey key = DataKey.generate();
    byte[] secret = field(key, "secret");
    String phrase = "correct horse battery";
    SigningKey signing = SigningKey.generate();
    Path file = folder.resolve("signing.key");
    signing.write(file);
    String seed = Files.readAllLines(file).getLast();

    String printed =
        String.join(
            "\n",
            identity.toString(),
            identity.describe(),
            keys.toString(),
            key.toString(),
            signing.toString(),
            new PassphraseIdentity(phrase.toCharArray(), Set.of()).toString(),
            PassphraseRecipient.of(phrase.toCharArray(), CHEAPEST).toString());

    assertThat(printed)
        .doesNotContain(phrase, seed)
        .doesNotContain(HexFormat.of().formatHex(secret))
        .doesNotContain(KeyText.base64(keys.x25519()))
        .doesNotContain(Arrays.toString(secret));
  }

  @Test
  void the_keys_of_a_seed_are_always_the_same_and_java_s_own_code_works_with_them()
      throws Exception {
    byte[] seed = new byte[HybridKeyPair.SEED];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = (byte) i;
    }
    HybridKeyPair keys = HybridKeyPair.fromSeed(seed);

    assertThat(keys.fits()).isTrue();
    assertThat(KeyText.id(keys.publicKey())).isEqualTo("91eddded4ad6e29aff643d6382e29c2b");
  }

  @Test
  void a_passphrase_s_seed_is_argon2id_of_rfc_9106() {
    // Computed with the reference implementation (64 MiB, 3 passes, 1 lane).
    assertThat(
            HexFormat.of()
                .formatHex(
                    new Argon2id("c2l4dGVlbiBieXRlIHNsdA==", 64 * 1024, 3, 1)
                        .derive("correct horse battery".toCharArray(), HybridKeyPair.SEED)))
        .isEqualTo(
            "98ee7b2371cf622a00bf37e7e2f5dce63bdf2920e0a59ac9c89282377839a5361c22344afb9a7686b662a10f22a90baa6c31b4bdf13863d85f23e19027e0df4ef3740fd1f556b400128f42c93de2c316fe844f8cde09718c530dfe5d16503bcd");
  }

  @Test
  void parameters_that_make_guessing_cheap_or_exhaust_a_reader_are_refused() {
    String salt = CHEAPEST.salt();
    assertThatThrownBy(() -> new Argon2id(salt, 1024, 3, 1)).hasMessageContaining("memoryKiB 1024");
    assertThatThrownBy(() -> new Argon2id(salt, 1 << 22, 3, 1)).hasMessageContaining("memoryKiB");
    assertThatThrownBy(() -> new Argon2id(salt, 64 * 1024, 2, 1))
        .hasMessageContaining("iterations 2");
    assertThatThrownBy(() -> new Argon2id(salt, 64 * 1024, 3, 0))
        .hasMessageContaining("parallelism 0");
    assertThatThrownBy(() -> new Argon2id("AAAA", 64 * 1024, 3, 1)).hasMessageContaining("salt");
  }

  @Test
  void what_opens_a_vault_is_named_in_one_way_for_all_kinds() throws Exception {
    SigningKey.Public signer = SigningKey.generate().publicKey();
    Path file = folder.resolve("identity.key");
    Identity.generate().trusting(Set.of(signer)).write(file);
    Path phrase = folder.resolve("phrase");
    Files.writeString(phrase, "correct horse battery\n");
    SigningKey.Public custodian = SigningKey.generate().publicKey();
    char[] asked = "asked for on a terminal".toCharArray();

    try (Identity fromFile = Identity.open(file.toString(), Set.of(custodian), () -> asked)) {
      assertThat(fromFile.trustedSigners()).containsExactlyInAnyOrder(signer, custodian);
    }
    for (String what : List.of("passphrase", "passphrase:" + phrase)) {
      assertThat(Identity.open(what, Set.of(signer), () -> asked))
          .isInstanceOf(PassphraseIdentity.class);
      assertThatThrownBy(() -> Identity.open(what, Set.of(), () -> asked))
          .isInstanceOf(VaultException.class)
          .hasMessageContaining("signers");
    }
    assertThat(asked).as("wiped once it was used").containsOnly('\0');
    assertThat(
            Identity.open(
                "arn:aws:kms:us-east-1:111122223333:key/1234", Set.of(signer), () -> asked))
        .isInstanceOf(KmsIdentity.class);
    assertThat(Optional.of(Identity.generate().describe())).get().asString().startsWith("identity");
  }

  @SuppressWarnings("unchecked")
  private static <T> T field(Object object, String name) throws ReflectiveOperationException {
    Field field = object.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return (T) field.get(object);
  }
}
