/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The private side of a {@link HybridRecipient}, and the signers whose chains it believes: the
 * identity file.
 */
public final class HybridIdentity implements Identity {

  private static final String LABEL = "holdfast-identity-1";
  private static final String SIGNER = "signer";
  private static final String ML_KEM = "ml-kem-768";
  private static final String X25519 = "x25519";
  private static final String RECIPIENT = "recipient";

  private final HybridKeyPair keys;
  private final HybridRecipient recipient;
  private final Set<SigningKey.Public> signers;
  private volatile boolean closed;

  private HybridIdentity(
      HybridKeyPair keys, HybridRecipient recipient, Set<SigningKey.Public> signers) {
    this.keys = keys;
    this.recipient = recipient;
    this.signers = Set.copyOf(signers);
  }

  static HybridIdentity generate() {
    HybridKeyPair keys = HybridKeyPair.generate();
    return new HybridIdentity(keys, new HybridRecipient(keys.publicKey()), Set.of());
  }

  /**
   * @throws VaultException BAD_KEY_FILE when the file is missing, unreadable, damaged or of another
   *     kind
   */
  static HybridIdentity read(Path file) {
    List<String> lines = KeyText.lines(file);
    if (lines.isEmpty() || !lines.getFirst().equals(LABEL)) {
      throw KeyText.bad(
          file
              + " is no identity file (its first line must be "
              + LABEL
              + "): is it the private"
              + " key file that the recovery side holds?");
    }
    Map<String, String> values = new HashMap<>();
    Set<SigningKey.Public> signers = new LinkedHashSet<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] pair = line.split("\\s+", 2);
      if (pair.length != 2 || !Set.of(ML_KEM, X25519, RECIPIENT, SIGNER).contains(pair[0])) {
        throw KeyText.bad(file + " is damaged: a line is none of an identity file's");
      }
      if (pair[0].equals(SIGNER)) {
        signers.add(SigningKey.Public.parse(pair[1]));
      } else if (values.put(pair[0], pair[1]) != null) {
        throw KeyText.bad(file + " is damaged: " + pair[0] + " is there twice");
      }
    }
    HybridRecipient recipient = HybridRecipient.parse(required(values, RECIPIENT, file));
    HybridKeyPair keys =
        new HybridKeyPair(
            KeyText.bytes(ML_KEM + " in " + file, required(values, ML_KEM, file), 2400),
            KeyText.bytes(X25519 + " in " + file, required(values, X25519, file), 32),
            recipient.key());
    verify(keys, file);
    return new HybridIdentity(keys, recipient, signers);
  }

  /** Creates {@code file}, readable by its owner only; never overwrites. */
  public void write(Path file) {
    StringBuilder text =
        new StringBuilder(
            "# Holdfast identity. Whoever holds this file can read every backup of its recipient;\n"
                + "# without it nobody can. Keep copies offline, never in the vault.\n");
    text.append(LABEL).append('\n');
    text.append(RECIPIENT).append(' ').append(recipient.text()).append('\n');
    text.append(X25519).append(' ').append(KeyText.base64(open().x25519())).append('\n');
    text.append(ML_KEM).append(' ').append(KeyText.base64(open().mlKem())).append('\n');
    signers.stream()
        .map(SigningKey.Public::text)
        .sorted()
        .forEach(signer -> text.append(SIGNER).append(' ').append(signer).append('\n'));
    KeyText.create(file, text.toString());
  }

  public HybridRecipient recipient() {
    return recipient;
  }

  @Override
  public Set<SigningKey.Public> trustedSigners() {
    return signers;
  }

  @Override
  public HybridIdentity trusting(Set<SigningKey.Public> signers) {
    return new HybridIdentity(open().copy(), recipient, signers);
  }

  @Override
  public boolean isFor(WrappedKey entry) {
    return entry.recipient().equals(recipient.id());
  }

  @Override
  public Optional<DataKey> unwrap(WrappedKey entry, String id, String context) {
    if (!isFor(entry)) {
      return Optional.empty();
    }
    HybridKeyPair mine = open();
    return Optional.of(
        DataKey.unwrapped(
            id,
            context,
            describe(),
            () -> HybridWrap.unwrap(mine, recipient.id(), context, entry)));
  }

  private HybridKeyPair open() {
    if (closed) {
      throw new IllegalStateException(describe() + " is closed");
    }
    return keys;
  }

  /** A private key that does not fit its recipient would be found only in the disaster. */
  private static void verify(HybridKeyPair keys, Path file) {
    try {
      if (keys.fits()) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE, file + " is damaged: its keys are not valid", e);
    }
    throw KeyText.bad(
        file + " is damaged: its private keys do not belong to its recipient; use another copy");
  }

  @Override
  public String describe() {
    return "identity " + recipient.id();
  }

  /** Wipes the private keys. */
  @Override
  public void close() {
    closed = true;
    keys.close();
  }

  private static String required(Map<String, String> values, String name, Path file) {
    String value = values.get(name);
    if (value == null) {
      throw KeyText.bad(file + " is damaged: " + name + " is missing");
    }
    return value;
  }

  @Override
  public String toString() {
    return describe();
  }
}
