/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The secret of one writer until it is rotated: 32 random bytes, from which each object's key is
 * derived. Stored only wrapped to recipients.
 */
public final class DataKey implements AutoCloseable {

  static final int LENGTH = 32;
  private static final byte[] ID_INFO = ascii("holdfast/1 data key id");
  private static final String OBJECT_INFO = "holdfast/1 object";

  private final byte[] secret;
  private final byte[] id;
  private volatile boolean closed;

  private DataKey(byte[] secret) {
    this.secret = secret;
    this.id = Hkdf.derive(secret, ID_INFO, 16);
  }

  public static DataKey generate() {
    byte[] secret = new byte[LENGTH];
    new SecureRandom().nextBytes(secret);
    return new DataKey(secret);
  }

  /**
   * 32 hexadecimal digits, derived from the key: whoever unwraps it can tell that it is the one.
   */
  public String id() {
    return HexFormat.of().formatHex(id);
  }

  byte[] idBytes() {
    return id.clone();
  }

  /** Opens one recipient's entry. */
  interface Opening {
    byte[] secret() throws GeneralSecurityException;
  }

  /**
   * @param id of the data key that it must be
   * @param context the name of the key object
   * @param identity for messages
   * @throws VaultException DAMAGED when it does not open, or opens to another key
   */
  static DataKey unwrapped(String id, String context, String identity, Opening opening) {
    byte[] secret;
    try {
      secret = opening.secret();
    } catch (GeneralSecurityException e) {
      throw new VaultException(
          Reason.DAMAGED,
          context + " is damaged: the data key wrapped to " + identity + " does not open",
          e);
    }
    DataKey opened = new DataKey(secret);
    if (secret.length != LENGTH || !opened.id().equals(id)) {
      opened.close();
      throw new VaultException(
          Reason.DAMAGED, context + " is damaged: it holds another data key than it says");
    }
    return opened;
  }

  /** The key of one object. */
  byte[] objectKey(byte kind, String name) {
    return Hkdf.derive(
        openSecret(), Bytes.join(ascii(OBJECT_INFO), new byte[] {0, kind, 0}, ascii(name)), 32);
  }

  byte[] openSecret() {
    if (closed) {
      throw new IllegalStateException("data key " + id() + " is closed");
    }
    return secret;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Wipes the secret. */
  @Override
  public void close() {
    closed = true;
    Bytes.wipe(secret);
  }

  @Override
  public String toString() {
    return "data key " + id();
  }
}
