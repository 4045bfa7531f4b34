/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.model.Secret;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as it is kept: PBKDF2 with HMAC-SHA-512, salted.
 *
 * <p>As text {@code pbkdf2-sha512$<iterations>$<salt>$<hash>}, both in base64.
 */
public final class PasswordHash {

  /** OWASP's password storage cheat sheet, for this function. */
  static final int ITERATIONS = 210_000;

  private static final int FEWEST = 1_000;
  private static final int MOST = 10_000_000;
  private static final String ALGORITHM = "pbkdf2-sha512";
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private final int iterations;
  private final byte[] salt;
  private final byte[] hash;

  private PasswordHash(int iterations, byte[] salt, byte[] hash) {
    this.iterations = iterations;
    this.salt = salt;
    this.hash = hash;
  }

  /** Hashes under a new salt. */
  public static PasswordHash of(Secret password) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return new PasswordHash(ITERATIONS, salt, derive(password, salt, ITERATIONS));
  }

  /** What no password is known for: comparing with it takes as long as with any other. */
  public static PasswordHash ofNobody() {
    byte[] random = new byte[SALT_BYTES + HASH_BYTES];
    new SecureRandom().nextBytes(random);
    byte[] salt = new byte[SALT_BYTES];
    byte[] hash = new byte[HASH_BYTES];
    System.arraycopy(random, 0, salt, 0, SALT_BYTES);
    System.arraycopy(random, SALT_BYTES, hash, 0, HASH_BYTES);
    return new PasswordHash(ITERATIONS, salt, hash);
  }

  /**
   * @throws IllegalArgumentException when {@code text} was not made by {@link #text}
   */
  public static PasswordHash parse(String text) {
    String[] parts = text.split("\\$", -1);
    if (parts.length != 4 || !parts[0].equals(ALGORITHM)) {
      throw new IllegalArgumentException("the password is not kept as " + ALGORITHM);
    }
    try {
      int iterations = Integer.parseInt(parts[1]);
      byte[] salt = Base64.getDecoder().decode(parts[2]);
      byte[] hash = Base64.getDecoder().decode(parts[3]);
      if (iterations < FEWEST
          || iterations > MOST
          || salt.length < SALT_BYTES
          || hash.length != HASH_BYTES) {
        throw new IllegalArgumentException("the kept password has other sizes than those in use");
      }
      return new PasswordHash(iterations, salt, hash);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("the kept password has no number of iterations", e);
    }
  }

  /** Takes long on purpose; in constant time for what differs. */
  public boolean matches(Secret password) {
    return MessageDigest.isEqual(hash, derive(password, salt, iterations));
  }

  public String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return String.join(
        "$",
        ALGORITHM,
        Integer.toString(iterations),
        base64.encodeToString(salt),
        base64.encodeToString(hash));
  }

  /** Changes with the password, and tells nothing of it. */
  public String fingerprint() {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(text().getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] derive(Secret password, byte[] salt, int iterations) {
    PBEKeySpec key =
        new PBEKeySpec(password.reveal().toCharArray(), salt, iterations, HASH_BYTES * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(key).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has PBKDF2WithHmacSHA512", e);
    } finally {
      key.clearPassword();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PasswordHash that && text().equals(that.text());
  }

  @Override
  public int hashCode() {
    return Objects.hash(text());
  }

  @Override
  public String toString() {
    return "***";
  }
}
