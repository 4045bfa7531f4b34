/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.pqc.crypto.mlkem.MLKEMKeyGenerationParameters;
import org.bouncycastle.pqc.crypto.mlkem.MLKEMKeyPairGenerator;
import org.bouncycastle.pqc.crypto.mlkem.MLKEMParameters;
import org.bouncycastle.pqc.crypto.mlkem.MLKEMPrivateKeyParameters;

/**
 * The private keys of a hybrid recipient and the public key that belongs to them.
 *
 * @param mlKem expanded decapsulation key of ML-KEM-768, 2400 bytes
 * @param x25519 32 bytes
 * @param publicKey 1216 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never printed, wiped in place
record HybridKeyPair(byte[] mlKem, byte[] x25519, byte[] publicKey) implements AutoCloseable {

  /** X25519's private key, then the two seeds of ML-KEM (d and z, FIPS 203). */
  static final int SEED = 96;

  static HybridKeyPair generate() {
    KeyPair mlKem = RawKeys.ML_KEM_768.generate();
    KeyPair x25519 = RawKeys.X25519.generate();
    return new HybridKeyPair(
        RawKeys.ML_KEM_768.raw(mlKem.getPrivate()),
        RawKeys.X25519.raw(x25519.getPrivate()),
        HybridKem.publicKey(
            RawKeys.ML_KEM_768.raw(mlKem.getPublic()), RawKeys.X25519.raw(x25519.getPublic())));
  }

  /** Always the same keys for the same 96 bytes. */
  static HybridKeyPair fromSeed(byte[] seed) {
    byte[] x25519 = Arrays.copyOf(seed, 32);
    byte[] x25519Public = new byte[32];
    X25519.generatePublicKey(x25519, 0, x25519Public, 0);
    byte[] d = Arrays.copyOfRange(seed, 32, 64);
    byte[] z = Arrays.copyOfRange(seed, 64, 96);
    try {
      MLKEMKeyPairGenerator generator = new MLKEMKeyPairGenerator();
      generator.init(
          new MLKEMKeyGenerationParameters(
              new java.security.SecureRandom(), MLKEMParameters.ml_kem_768));
      AsymmetricCipherKeyPair pair = generator.internalGenerateKeyPair(d, z);
      MLKEMPrivateKeyParameters mlKem = (MLKEMPrivateKeyParameters) pair.getPrivate();
      return new HybridKeyPair(
          mlKem.getEncoded(),
          x25519,
          HybridKem.publicKey(mlKem.getPublicKeyParameters().getEncoded(), x25519Public));
    } finally {
      Bytes.wipe(d);
      Bytes.wipe(z);
    }
  }

  byte[] decapsulate(byte[] encapsulation) throws GeneralSecurityException {
    return HybridKem.decapsulate(
        RawKeys.ML_KEM_768.privateKey(mlKem),
        RawKeys.X25519.privateKey(x25519),
        publicKey,
        encapsulation);
  }

  /** Whether the private keys belong to the public one. */
  boolean fits() throws GeneralSecurityException {
    // FIPS 203: the decapsulation key holds the encapsulation key and its SHA3-256 hash.
    byte[] hash = Sha256.newDigest("SHA3-256").digest(Arrays.copyOf(publicKey, 1184));
    HybridKem.Encapsulated probe = HybridKem.encapsulate(publicKey);
    return Arrays.equals(mlKem, 1152, 2336, publicKey, 0, 1184)
        && Arrays.equals(mlKem, 2336, 2368, hash, 0, 32)
        && MessageDigest.isEqual(decapsulate(probe.encapsulation()), probe.secret());
  }

  HybridKeyPair copy() {
    return new HybridKeyPair(mlKem.clone(), x25519.clone(), publicKey);
  }

  /** Wipes the private keys. */
  @Override
  public void close() {
    Bytes.wipe(mlKem);
    Bytes.wipe(x25519);
  }

  @Override
  public String toString() {
    return "key pair " + KeyText.id(publicKey);
  }
}
