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
import java.util.Base64;

/**
 * The secret of one writer process: 32 random bytes, from which each object's key is derived.
 * Stored only wrapped to recipients.
 */
public final class DataKey implements AutoCloseable {

  private static final int LENGTH = 32;
  private static final byte[] ID_INFO = ascii("holdfast/1 data key id");
  private static final String WRAP_INFO = "holdfast/1 wrap";
  private static final String OBJECT_INFO = "holdfast/1 object";

  private final byte[] secret;
  private final byte[] id;
  private volatile boolean closed;

  private DataKey(byte[] secret) {
    this.secret = secret;
    this.id = Hkdf.derive(secret, ID_INFO, 16);
  }

  /**
   * A data key that one recipient can unwrap.
   *
   * @param recipient {@link Recipient#id}
   * @param encapsulation base64 of the X-Wing encapsulation, 1120 bytes
   * @param wrapped base64 of the sealed data key, 48 bytes
   */
  public record Wrapped(String recipient, String encapsulation, String wrapped) {}

  public static DataKey generate() {
    byte[] secret = new byte[LENGTH];
    new SecureRandom().nextBytes(secret);
    return new DataKey(secret);
  }

  /**
   * 32 hexadecimal digits, derived from the key: whoever unwraps it can tell that it is the one.
   */
  public String id() {
    return java.util.HexFormat.of().formatHex(id);
  }

  byte[] idBytes() {
    return id.clone();
  }

  /**
   * @param context what the wrapping is bound to: the name of the key object
   */
  public Wrapped wrapTo(Recipient recipient, String context) {
    try {
      HybridKem.Encapsulated shared = HybridKem.encapsulate(recipient.key());
      byte[] key = wrapKey(shared.secret(), recipient, context);
      try {
        // Used for this one message only, so that the nonce may be constant.
        byte[] sealed =
            AesGcm.create().seal(key, new byte[AesGcm.NONCE], new byte[0], openSecret());
        return new Wrapped(
            recipient.id(),
            Base64.getEncoder().encodeToString(shared.encapsulation()),
            Base64.getEncoder().encodeToString(sealed));
      } finally {
        Bytes.wipe(key);
        Bytes.wipe(shared.secret());
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot wrap a data key to " + recipient, e);
    }
  }

  /**
   * @param id of the data key that it must be
   * @param context as it was given to {@link #wrapTo}
   * @throws VaultException DAMAGED when it is wrapped to this identity but does not open, or opens
   *     to another key
   */
  public static DataKey unwrap(Wrapped wrapped, String id, String context, Identity identity) {
    byte[] encapsulation = Base64.getDecoder().decode(wrapped.encapsulation());
    byte[] sealed = Base64.getDecoder().decode(wrapped.wrapped());
    if (encapsulation.length != HybridKem.ENCAPSULATION_LENGTH
        || sealed.length != LENGTH + AesGcm.TAG) {
      throw new VaultException(
          Reason.DAMAGED, context + " is damaged: a wrapped key has the wrong length");
    }
    try {
      byte[] shared = identity.decapsulate(encapsulation);
      byte[] key = wrapKey(shared, identity.recipient(), context);
      try {
        DataKey opened =
            new DataKey(AesGcm.create().open(key, new byte[AesGcm.NONCE], new byte[0], sealed));
        if (!opened.id().equals(id)) {
          opened.close();
          throw new VaultException(
              Reason.DAMAGED, context + " is damaged: it holds another data key than it says");
        }
        return opened;
      } finally {
        Bytes.wipe(key);
        Bytes.wipe(shared);
      }
    } catch (GeneralSecurityException e) {
      throw new VaultException(
          Reason.DAMAGED,
          context
              + " is damaged: the data key wrapped to "
              + identity.recipient()
              + " does not open",
          e);
    }
  }

  /** The key of one object. */
  byte[] objectKey(byte kind, String name) {
    return Hkdf.derive(
        openSecret(), Bytes.join(ascii(OBJECT_INFO), new byte[] {0, kind, 0}, ascii(name)), 32);
  }

  private static byte[] wrapKey(byte[] shared, Recipient recipient, String context) {
    return Hkdf.derive(
        shared,
        Bytes.join(
            ascii(WRAP_INFO),
            new byte[] {0},
            ascii(recipient.id()),
            new byte[] {0},
            ascii(context)),
        32);
  }

  private byte[] openSecret() {
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
