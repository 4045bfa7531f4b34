/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Keys as the bytes their standards define, without the ASN.1 around them: what our files hold, so
 * that any other implementation can use them. X25519: RFC 7748. Ed25519: RFC 8032 (private: the
 * seed). ML-KEM-768: FIPS 203 (private: the expanded decapsulation key).
 */
enum RawKeys {
  X25519("X25519", 32, "302a300506032b656e032100", 32, "302e020100300506032b656e04220420"),
  ED25519("Ed25519", 32, "302a300506032b6570032100", 32, "302e020100300506032b657004220420"),
  ML_KEM_768(
      "ML-KEM-768",
      1184,
      "308204b2300b0609608648016503040402038204a100",
      2400,
      "30820978020100300b06096086480165030404020482096404820960");

  private final String algorithm;
  private final int publicLength;
  private final byte[] publicPrefix;
  private final int privateLength;
  private final byte[] privatePrefix;

  RawKeys(
      String algorithm,
      int publicLength,
      String publicPrefix,
      int privateLength,
      String privatePrefix) {
    this.algorithm = algorithm;
    this.publicLength = publicLength;
    this.publicPrefix = HexFormat.of().parseHex(publicPrefix);
    this.privateLength = privateLength;
    this.privatePrefix = HexFormat.of().parseHex(privatePrefix);
  }

  int publicLength() {
    return publicLength;
  }

  int privateLength() {
    return privateLength;
  }

  KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + algorithm, e);
    }
  }

  PublicKey publicKey(byte[] raw) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm)
        .generatePublic(new X509EncodedKeySpec(Bytes.join(publicPrefix, raw)));
  }

  PrivateKey privateKey(byte[] raw) throws GeneralSecurityException {
    byte[] encoded = Bytes.join(privatePrefix, raw);
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } finally {
      Bytes.wipe(encoded);
    }
  }

  byte[] raw(PublicKey key) {
    return strip(key, publicPrefix, publicLength);
  }

  byte[] raw(PrivateKey key) {
    return strip(key, privatePrefix, privateLength);
  }

  private byte[] strip(Key key, byte[] prefix, int length) {
    byte[] encoded = key.getEncoded();
    // A Java that encodes differently must not end in key files that nobody can read.
    if (encoded.length != prefix.length + length
        || !Arrays.equals(encoded, 0, prefix.length, prefix, 0, prefix.length)) {
      throw new IllegalStateException(
          "this Java encodes " + algorithm + " keys in a form unknown here; use Java 25");
    }
    return Arrays.copyOfRange(encoded, prefix.length, encoded.length);
  }
}
