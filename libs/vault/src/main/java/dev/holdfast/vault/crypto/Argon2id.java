/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * How a passphrase is stretched: Argon2id, version 1.3 (RFC 9106). The lower bounds are the RFC's
 * recommendation for little memory; the upper ones keep a reader's memory.
 *
 * @param salt base64 of 16 bytes
 */
public record Argon2id(String salt, int memoryKiB, int iterations, int parallelism) {

  static final int SALT = 16;

  /** 256 MiB, three passes, four lanes. */
  static final Argon2id DEFAULT_COST =
      new Argon2id(Base64.getEncoder().encodeToString(new byte[SALT]), 256 * 1024, 3, 4);

  private static final int LEAST_KIB = 64 * 1024;
  private static final int MOST_KIB = 2 * 1024 * 1024;
  private static final int LEAST_ITERATIONS = 3;
  private static final int MOST_ITERATIONS = 64;
  private static final int MOST_LANES = 16;

  public Argon2id {
    if (Base64.getDecoder().decode(salt).length != SALT) {
      throw new IllegalArgumentException("argon2id: the salt must have " + SALT + " bytes");
    }
    require("memoryKiB", memoryKiB, LEAST_KIB, MOST_KIB);
    require("iterations", iterations, LEAST_ITERATIONS, MOST_ITERATIONS);
    require("parallelism", parallelism, 1, MOST_LANES);
  }

  Argon2id withSalt(byte[] salt) {
    return new Argon2id(
        Base64.getEncoder().encodeToString(salt), memoryKiB, iterations, parallelism);
  }

  byte[] saltBytes() {
    return Base64.getDecoder().decode(salt);
  }

  /** Takes as much time and memory as the parameters say. */
  byte[] derive(char[] passphrase, int length) {
    ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(passphrase));
    byte[] bytes = new byte[utf8.remaining()];
    utf8.get(bytes);
    byte[] derived = new byte[length];
    try {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withSalt(saltBytes())
              .withMemoryAsKB(memoryKiB)
              .withIterations(iterations)
              .withParallelism(parallelism)
              .build());
      generator.generateBytes(bytes, derived);
      return derived;
    } finally {
      Bytes.wipe(bytes);
      Arrays.fill(utf8.array(), (byte) 0);
    }
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "argon2id: " + name + " " + value + " must be " + least + " to " + most);
    }
  }
}
