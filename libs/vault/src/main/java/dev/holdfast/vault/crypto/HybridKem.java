/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import javax.crypto.KEM;
import javax.crypto.KeyAgreement;

/**
 * The hybrid key encapsulation X-Wing (draft-connolly-cfrg-xwing-kem): X25519 and ML-KEM-768,
 * combined so that the secret holds as long as one of the two does. The only difference from the
 * draft is on the private side, which keeps the two private keys themselves, not a common seed.
 */
final class HybridKem {

  static final int PUBLIC_LENGTH =
      RawKeys.ML_KEM_768.publicLength() + RawKeys.X25519.publicLength();
  static final int ENCAPSULATION_LENGTH = 1088 + 32;

  /** The six characters {@code \.//^\} of the draft. */
  private static final byte[] LABEL = "\\.//^\\".getBytes(StandardCharsets.US_ASCII);

  private static final int ML_KEM_CIPHERTEXT = 1088;

  private HybridKem() {}

  /** What {@link #encapsulate} yields: the bytes to store and the secret both sides share. */
  record Encapsulated(byte[] encapsulation, byte[] secret) {}

  /** Public key: ML-KEM-768's, then X25519's. */
  static byte[] publicKey(byte[] mlKem, byte[] x25519) {
    return Bytes.join(mlKem, x25519);
  }

  static void validatePublic(byte[] publicKey) throws GeneralSecurityException {
    KEM.getInstance("ML-KEM").newEncapsulator(mlKemPart(publicKey));
    RawKeys.X25519.publicKey(x25519Part(publicKey));
  }

  static Encapsulated encapsulate(byte[] publicKey) throws GeneralSecurityException {
    KEM.Encapsulated mlKem =
        KEM.getInstance("ML-KEM").newEncapsulator(mlKemPart(publicKey)).encapsulate();
    KeyPair ephemeral = RawKeys.X25519.generate();
    byte[] x25519Public = x25519Part(publicKey);
    byte[] mlKemSecret = mlKem.key().getEncoded();
    byte[] x25519Secret = agree(ephemeral.getPrivate(), RawKeys.X25519.publicKey(x25519Public));
    byte[] x25519Ciphertext = RawKeys.X25519.raw(ephemeral.getPublic());
    try {
      return new Encapsulated(
          Bytes.join(mlKem.encapsulation(), x25519Ciphertext),
          combine(mlKemSecret, x25519Secret, x25519Ciphertext, x25519Public));
    } finally {
      Bytes.wipe(mlKemSecret);
      Bytes.wipe(x25519Secret);
    }
  }

  static byte[] decapsulate(
      PrivateKey mlKemPrivate, PrivateKey x25519Private, byte[] publicKey, byte[] encapsulation)
      throws GeneralSecurityException {
    byte[] mlKemCiphertext = Arrays.copyOf(encapsulation, ML_KEM_CIPHERTEXT);
    byte[] x25519Ciphertext =
        Arrays.copyOfRange(encapsulation, ML_KEM_CIPHERTEXT, encapsulation.length);
    byte[] mlKemSecret =
        KEM.getInstance("ML-KEM")
            .newDecapsulator(mlKemPrivate)
            .decapsulate(mlKemCiphertext)
            .getEncoded();
    byte[] x25519Secret = agree(x25519Private, RawKeys.X25519.publicKey(x25519Ciphertext));
    try {
      return combine(
          mlKemSecret,
          x25519Secret,
          x25519Ciphertext,
          Arrays.copyOfRange(publicKey, RawKeys.ML_KEM_768.publicLength(), publicKey.length));
    } finally {
      Bytes.wipe(mlKemSecret);
      Bytes.wipe(x25519Secret);
    }
  }

  /** SHA3-256(ss_M ‖ ss_X ‖ ct_X ‖ pk_X ‖ label), section 5.3 of the draft. */
  static byte[] combine(
      byte[] mlKemSecret, byte[] x25519Secret, byte[] x25519Ciphertext, byte[] x25519Public) {
    MessageDigest digest = Sha256.newDigest("SHA3-256");
    digest.update(mlKemSecret);
    digest.update(x25519Secret);
    digest.update(x25519Ciphertext);
    digest.update(x25519Public);
    digest.update(LABEL);
    return digest.digest();
  }

  private static byte[] agree(PrivateKey mine, PublicKey theirs) throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(mine);
    agreement.doPhase(theirs, true);
    return agreement.generateSecret();
  }

  private static PublicKey mlKemPart(byte[] publicKey) throws GeneralSecurityException {
    return RawKeys.ML_KEM_768.publicKey(
        Arrays.copyOf(publicKey, RawKeys.ML_KEM_768.publicLength()));
  }

  private static byte[] x25519Part(byte[] publicKey) {
    return Arrays.copyOfRange(publicKey, RawKeys.ML_KEM_768.publicLength(), publicKey.length);
  }
}
