/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.kms.AwsKms;
import dev.holdfast.vault.kms.KmsKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Opens what was wrapped to its {@link Recipient}, and knows the signers whose chains it believes.
 * Lives on the recovery side only. {@link #close} wipes what it holds.
 */
public sealed interface Identity extends AutoCloseable
    permits HybridIdentity, PassphraseIdentity, KmsIdentity {

  /** In place of an identity file's name. */
  String PASSPHRASE = "passphrase";

  /**
   * The data key, when {@code entry} is for this identity; empty when it is for another.
   *
   * @param id of the data key that it must be
   * @param context the name of the key object
   * @throws VaultException DAMAGED when it is for this identity but does not open, or opens to
   *     another key; WRONG_KEY when KMS refuses
   */
  Optional<DataKey> unwrap(WrappedKey entry, String id, String context);

  /** Whether {@code entry} is for this identity; asks no service. */
  boolean isFor(WrappedKey entry);

  Set<SigningKey.Public> trustedSigners();

  /** The same keys, believing exactly {@code signers}. */
  Identity trusting(Set<SigningKey.Public> signers);

  /** For messages, such as {@code identity 1234…}; holds no secret. */
  String describe();

  @Override
  void close();

  /**
   * What a person or a setting names: {@code passphrase} (asked for), {@code passphrase:<file>}, a
   * KMS key's ARN, or else an identity file.
   *
   * @param signers are believed, beside those that an identity file names
   * @param ask yields the passphrase that is asked for; wiped afterwards
   * @throws VaultException BAD_KEY_FILE when it is none of these, or nobody says who is believed
   */
  static Identity open(String what, Set<SigningKey.Public> signers, Supplier<char[]> ask) {
    if (KmsKey.looksLike(what)) {
      KmsKey key = new KmsKey(what);
      return new KmsIdentity(key, new AwsKms(), required(signers, what));
    }
    if (what.equals(PASSPHRASE) || what.startsWith(PASSPHRASE + ":")) {
      Set<SigningKey.Public> believed = required(signers, PASSPHRASE);
      char[] passphrase =
          what.equals(PASSPHRASE)
              ? ask.get()
              : PassphraseIdentity.readPassphrase(Path.of(what.substring(PASSPHRASE.length() + 1)));
      try {
        return new PassphraseIdentity(passphrase, believed);
      } finally {
        Arrays.fill(passphrase, '\0');
      }
    }
    Set<SigningKey.Public> believed = new LinkedHashSet<>(signers);
    try (HybridIdentity identity = read(Path.of(what))) {
      believed.addAll(identity.trustedSigners());
      return identity.trusting(believed);
    }
  }

  private static Set<SigningKey.Public> required(Set<SigningKey.Public> signers, String what) {
    if (signers.isEmpty()) {
      throw KeyText.bad(
          what
              + " opens backups, but does not say whose signatures are believed: name the file with"
              + " the signers (signers.pub) as well");
    }
    return signers;
  }

  /** New keys. */
  static HybridIdentity generate() {
    return HybridIdentity.generate();
  }

  /**
   * @throws VaultException BAD_KEY_FILE when the file is missing, unreadable, damaged or of another
   *     kind
   */
  static HybridIdentity read(Path file) {
    return HybridIdentity.read(file);
  }
}
