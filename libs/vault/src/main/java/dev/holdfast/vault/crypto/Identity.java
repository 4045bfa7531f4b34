/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The private side of a {@link Recipient}, and the signers whose chains it believes. Lives on the
 * recovery side only.
 */
public final class Identity {

  private static final String LABEL = "holdfast-identity-1";
  private static final String SIGNER = "signer";
  private static final String ML_KEM = "ml-kem-768";
  private static final String X25519 = "x25519";
  private static final String RECIPIENT = "recipient";

  private final byte[] mlKem;
  private final byte[] x25519;
  private final Recipient recipient;
  private final Set<SigningKey.Public> signers;

  private Identity(
      byte[] mlKem, byte[] x25519, Recipient recipient, Set<SigningKey.Public> signers) {
    this.mlKem = mlKem;
    this.x25519 = x25519;
    this.recipient = recipient;
    this.signers = Set.copyOf(signers);
  }

  public static Identity generate() {
    KeyPair mlKem = RawKeys.ML_KEM_768.generate();
    KeyPair x25519 = RawKeys.X25519.generate();
    return new Identity(
        RawKeys.ML_KEM_768.raw(mlKem.getPrivate()),
        RawKeys.X25519.raw(x25519.getPrivate()),
        new Recipient(
            HybridKem.publicKey(
                RawKeys.ML_KEM_768.raw(mlKem.getPublic()), RawKeys.X25519.raw(x25519.getPublic()))),
        Set.of());
  }

  /**
   * @throws VaultException BAD_KEY_FILE when the file is missing, unreadable, damaged or of another
   *     kind
   */
  public static Identity read(Path file) {
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
    Identity identity =
        new Identity(
            KeyText.bytes(ML_KEM + " in " + file, required(values, ML_KEM, file), 2400),
            KeyText.bytes(X25519 + " in " + file, required(values, X25519, file), 32),
            Recipient.parse(required(values, RECIPIENT, file)),
            signers);
    identity.verify(file);
    return identity;
  }

  /** Creates {@code file}, readable by its owner only; never overwrites. */
  public void write(Path file) {
    StringBuilder text =
        new StringBuilder(
            "# Holdfast identity. Whoever holds this file can read every backup of its recipient;\n"
                + "# without it nobody can. Keep copies offline, never in the vault.\n");
    text.append(LABEL).append('\n');
    text.append(RECIPIENT).append(' ').append(recipient.text()).append('\n');
    text.append(X25519).append(' ').append(KeyText.base64(x25519)).append('\n');
    text.append(ML_KEM).append(' ').append(KeyText.base64(mlKem)).append('\n');
    signers.stream()
        .map(SigningKey.Public::text)
        .sorted()
        .forEach(signer -> text.append(SIGNER).append(' ').append(signer).append('\n'));
    KeyText.create(file, text.toString());
  }

  public Recipient recipient() {
    return recipient;
  }

  public Set<SigningKey.Public> trustedSigners() {
    return signers;
  }

  /** The same keys, believing exactly {@code signers}. */
  public Identity trusting(Set<SigningKey.Public> signers) {
    return new Identity(mlKem, x25519, recipient, signers);
  }

  byte[] decapsulate(byte[] encapsulation) throws GeneralSecurityException {
    return HybridKem.decapsulate(
        RawKeys.ML_KEM_768.privateKey(mlKem),
        RawKeys.X25519.privateKey(x25519),
        recipient.key(),
        encapsulation);
  }

  /** A private key that does not fit its recipient would be found only in the disaster. */
  private void verify(Path file) {
    byte[] publicKey = recipient.key();
    // FIPS 203: the decapsulation key holds the encapsulation key and its SHA3-256 hash.
    byte[] hash = Sha256.newDigest("SHA3-256").digest(Arrays.copyOf(publicKey, 1184));
    boolean fits =
        Arrays.equals(mlKem, 1152, 2336, publicKey, 0, 1184)
            && Arrays.equals(mlKem, 2336, 2368, hash, 0, 32);
    try {
      HybridKem.Encapsulated probe = HybridKem.encapsulate(publicKey);
      fits &= MessageDigest.isEqual(decapsulate(probe.encapsulation()), probe.secret());
    } catch (GeneralSecurityException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE, file + " is damaged: its keys are not valid", e);
    }
    if (!fits) {
      throw KeyText.bad(
          file + " is damaged: its private keys do not belong to its recipient; use another copy");
    }
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
    return "identity of " + recipient;
  }
}
