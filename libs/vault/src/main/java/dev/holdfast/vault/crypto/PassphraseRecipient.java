/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The public key that a passphrase leads to. Who holds its text can write and not read; the
 * passphrase can only be guessed, at the price that {@link Argon2id} sets for each guess.
 */
public final class PassphraseRecipient implements Recipient {

  static final String LABEL = "holdfast-passphrase-1";

  /** Whoever holds the text may guess for years: a short passphrase is none. */
  private static final int LEAST_CHARACTERS = 16;

  private static final int HEADER = 3 * Integer.BYTES + Argon2id.SALT;
  private static final int LENGTH = HEADER + HybridKem.PUBLIC_LENGTH;

  private final Argon2id argon2id;
  private final byte[] key;

  PassphraseRecipient(Argon2id argon2id, byte[] key) {
    this.argon2id = argon2id;
    this.key = key.clone();
    HybridRecipient.requireValid(this.key, id());
  }

  /** A recipient of a new random salt. */
  public static PassphraseRecipient of(char[] passphrase) {
    return of(passphrase, Argon2id.DEFAULT_COST);
  }

  static PassphraseRecipient of(char[] passphrase, Argon2id cost) {
    if (passphrase.length < LEAST_CHARACTERS) {
      throw KeyText.bad(
          "the passphrase has "
              + passphrase.length
              + " characters, at least "
              + LEAST_CHARACTERS
              + " are needed: workers hold what it takes to guess it; use six random words or more");
    }
    byte[] salt = new byte[Argon2id.SALT];
    new SecureRandom().nextBytes(salt);
    Argon2id argon2id = cost.withSalt(salt);
    try (HybridKeyPair keys = PassphraseIdentity.derive(passphrase, argon2id)) {
      return new PassphraseRecipient(argon2id, keys.publicKey());
    }
  }

  static PassphraseRecipient parse(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(KeyText.parse(LABEL, LENGTH, text));
    int memory = bytes.getInt();
    int iterations = bytes.getInt();
    int parallelism = bytes.getInt();
    byte[] salt = new byte[Argon2id.SALT];
    byte[] key = new byte[HybridKem.PUBLIC_LENGTH];
    bytes.get(salt).get(key);
    try {
      return new PassphraseRecipient(
          new Argon2id(Base64.getEncoder().encodeToString(salt), memory, iterations, parallelism),
          key);
    } catch (IllegalArgumentException e) {
      throw KeyText.bad("a passphrase's recipient is not safe to use: " + e.getMessage());
    }
  }

  @Override
  public String text() {
    return KeyText.format(LABEL, bytes());
  }

  @Override
  public String id() {
    return KeyText.id(bytes());
  }

  private byte[] bytes() {
    return ByteBuffer.allocate(LENGTH)
        .putInt(argon2id.memoryKiB())
        .putInt(argon2id.iterations())
        .putInt(argon2id.parallelism())
        .put(argon2id.saltBytes())
        .put(key)
        .array();
  }

  @Override
  public WrappedKey wrap(DataKey dataKey, String context) {
    HybridWrap.Sealed sealed = HybridWrap.wrap(key, id(), context, dataKey.openSecret());
    return new WrappedKey(
        id(),
        Base64.getEncoder().encodeToString(sealed.encapsulation()),
        Base64.getEncoder().encodeToString(sealed.wrapped()),
        Optional.of(argon2id),
        Optional.empty());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PassphraseRecipient that && Arrays.equals(bytes(), that.bytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes());
  }

  @Override
  public String toString() {
    return "passphrase recipient " + id();
  }
}
