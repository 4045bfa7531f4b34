/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A writer's Ed25519 key: signs manifests and key objects. */
public final class SigningKey {

  private static final String LABEL = "holdfast-signing-key-1";

  private final PrivateKey privateKey;
  private final Public publicKey;

  private SigningKey(PrivateKey privateKey, Public publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  public static SigningKey generate() {
    KeyPair pair = RawKeys.ED25519.generate();
    return new SigningKey(pair.getPrivate(), Public.of(RawKeys.ED25519.raw(pair.getPublic())));
  }

  /**
   * @throws VaultException BAD_KEY_FILE when the file is missing, unreadable, damaged or of another
   *     kind
   */
  public static SigningKey read(Path file) {
    List<String> lines = KeyText.lines(file);
    if (lines.size() != 3 || !lines.getFirst().equals(LABEL)) {
      throw KeyText.bad(file + " is no signing key file (its first line must be " + LABEL + ")");
    }
    Public publicKey = Public.parse(lines.get(1));
    byte[] raw = KeyText.bytes("the private key in " + file, lines.get(2), 32);
    try {
      SigningKey key = new SigningKey(RawKeys.ED25519.privateKey(raw), publicKey);
      byte[] probe = "probe".getBytes(StandardCharsets.UTF_8);
      if (!publicKey.verifies(probe, key.sign(probe))) {
        throw KeyText.bad(file + " is damaged: its private and public keys are no pair");
      }
      return key;
    } catch (GeneralSecurityException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE, file + " is damaged: no valid Ed25519 key", e);
    } finally {
      Bytes.wipe(raw);
    }
  }

  /** Creates {@code file}, readable by its owner only; never overwrites. */
  public void write(Path file) {
    byte[] raw = RawKeys.ED25519.raw(privateKey);
    KeyText.create(
        file,
        "# Holdfast signing key. Whoever holds it can add to the chains of its vaults.\n"
            + LABEL
            + "\n"
            + publicKey.text()
            + "\n"
            + KeyText.base64(raw)
            + "\n");
    Bytes.wipe(raw);
  }

  public Public publicKey() {
    return publicKey;
  }

  /** 64 bytes, RFC 8032. */
  byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(privateKey);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot sign with Ed25519", e);
    }
  }

  @Override
  public String toString() {
    return "signing key " + publicKey.id();
  }

  /**
   * The verifying half.
   *
   * @param text one line: {@code holdfast-signer-1:<id>:<base64url>}
   */
  public record Public(String text) {

    private static final String LABEL = "holdfast-signer-1";

    /**
     * @throws VaultException BAD_KEY_FILE when {@code text} is no signer or is damaged
     */
    public Public {
      text = text.strip();
      byte[] raw = KeyText.parse(LABEL, 32, text);
      try {
        RawKeys.ED25519.publicKey(raw);
      } catch (GeneralSecurityException e) {
        throw new VaultException(
            VaultException.Reason.BAD_KEY_FILE,
            "signer " + KeyText.id(raw) + " is no valid Ed25519 public key",
            e);
      }
    }

    static Public of(byte[] raw) {
      return new Public(KeyText.format(LABEL, raw));
    }

    public static Public parse(String text) {
      return new Public(text);
    }

    /** The only signer in {@code file}; blank lines and {@code #} comments are skipped. */
    public static Public read(Path file) {
      Set<Public> all = readAll(file);
      if (all.size() != 1) {
        throw KeyText.bad(file + " holds " + all.size() + " signers where one is expected");
      }
      return all.iterator().next();
    }

    /** Every signer in {@code file}, one a line, at least one. */
    public static Set<Public> readAll(Path file) {
      Set<Public> all = new LinkedHashSet<>();
      for (String line : KeyText.lines(file)) {
        all.add(parse(line));
      }
      if (all.isEmpty()) {
        throw KeyText.bad(file + " holds no signer");
      }
      return all;
    }

    /** 32 hexadecimal digits, a hash of the key. */
    public String id() {
      return KeyText.id(raw());
    }

    /** By Bouncy Castle: a chain is opened by thousands of these, and Java's own takes longer. */
    boolean verifies(byte[] message, byte[] signature) {
      return signature.length == Ed25519.SIGNATURE_SIZE
          && Ed25519.verify(signature, 0, raw(), 0, message, 0, message.length);
    }

    private byte[] raw() {
      return KeyText.parse(LABEL, 32, text);
    }

    @Override
    public String toString() {
      return "signer " + id();
    }
  }
}
