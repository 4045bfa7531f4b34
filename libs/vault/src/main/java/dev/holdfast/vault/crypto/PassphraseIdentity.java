/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A passphrase, and the keys it leads to under the salts that were met. Whether it is the right one
 * is known only when a key object's entry was tried.
 */
public final class PassphraseIdentity implements Identity {

  private final char[] passphrase;
  private final Map<Argon2id, HybridKeyPair> derived = new ConcurrentHashMap<>();
  private final Set<SigningKey.Public> signers;
  private volatile boolean closed;

  /**
   * @param passphrase is copied; the caller wipes its own
   */
  public PassphraseIdentity(char[] passphrase, Set<SigningKey.Public> signers) {
    if (passphrase.length == 0) {
      throw KeyText.bad("the passphrase is empty");
    }
    this.passphrase = passphrase.clone();
    this.signers = Set.copyOf(signers);
  }

  /**
   * The first line of {@code file}, UTF-8, without its end. The caller wipes it.
   *
   * @throws dev.holdfast.vault.VaultException BAD_KEY_FILE when there is none
   */
  public static char[] readPassphrase(Path file) {
    byte[] bytes = new byte[0];
    char[] all = new char[0];
    try {
      bytes = Files.readAllBytes(file);
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      all = text.array();
      int end = 0;
      while (end < text.remaining() && all[end] != '\n' && all[end] != '\r') {
        end++;
      }
      if (end == 0) {
        throw KeyText.bad(file + " holds no passphrase in its first line");
      }
      return Arrays.copyOf(all, end);
    } catch (CharacterCodingException e) {
      throw KeyText.bad(file + " is no text file (UTF-8) with a passphrase");
    } catch (java.io.IOException e) {
      throw KeyText.bad("the passphrase file " + file + " cannot be read: " + e);
    } finally {
      Bytes.wipe(bytes);
      Arrays.fill(all, '\0');
    }
  }

  /** Argon2id gives 96 bytes, which are the seed of the key pair. */
  static HybridKeyPair derive(char[] passphrase, Argon2id argon2id) {
    byte[] seed = argon2id.derive(passphrase, HybridKeyPair.SEED);
    try {
      return HybridKeyPair.fromSeed(seed);
    } finally {
      Bytes.wipe(seed);
    }
  }

  @Override
  public boolean isFor(WrappedKey entry) {
    return keys(entry).isPresent();
  }

  @Override
  public Optional<DataKey> unwrap(WrappedKey entry, String id, String context) {
    return keys(entry)
        .map(
            keys ->
                DataKey.unwrapped(
                    id,
                    context,
                    describe(),
                    () -> HybridWrap.unwrap(keys, entry.recipient(), context, entry)));
  }

  private Optional<HybridKeyPair> keys(WrappedKey entry) {
    if (closed) {
      throw new IllegalStateException(describe() + " is closed");
    }
    return entry
        .argon2id()
        .flatMap(
            argon2id -> {
              HybridKeyPair keys =
                  derived.computeIfAbsent(argon2id, salted -> derive(passphrase, salted));
              return new PassphraseRecipient(argon2id, keys.publicKey())
                      .id()
                      .equals(entry.recipient())
                  ? Optional.of(keys)
                  : Optional.empty();
            });
  }

  @Override
  public Set<SigningKey.Public> trustedSigners() {
    return signers;
  }

  @Override
  public PassphraseIdentity trusting(Set<SigningKey.Public> signers) {
    return new PassphraseIdentity(passphrase, signers);
  }

  @Override
  public String describe() {
    return "this passphrase";
  }

  /** Wipes passphrase and keys. */
  @Override
  public void close() {
    closed = true;
    Arrays.fill(passphrase, '\0');
    derived.values().forEach(HybridKeyPair::close);
    derived.clear();
  }

  @Override
  public String toString() {
    return describe();
  }
}
