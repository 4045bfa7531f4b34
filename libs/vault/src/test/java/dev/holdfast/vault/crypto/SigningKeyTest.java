/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SigningKeyTest {

  private static final BigInteger ORDER =
      BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private final SigningKey key = SigningKey.generate();
  private final byte[] message = "a manifest".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  @Test
  void a_signature_of_rfc_8032_verifies() {
    // Section 7.1, test 2.
    byte[] raw = hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    byte[] signature =
        hex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

    assertThat(SigningKey.Public.of(raw).verifies(hex("72"), signature)).isTrue();
    assertThat(SigningKey.Public.of(raw).verifies(hex("73"), signature)).isFalse();
  }

  @Test
  void what_java_signs_verifies_whatever_its_length() {
    Random random = new Random(8);
    for (int length : new int[] {0, 1, 63, 64, 1000, 100_000}) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      assertThat(key.publicKey().verifies(bytes, key.sign(bytes))).as(length + " bytes").isTrue();
    }
  }

  @Test
  void a_changed_bit_anywhere_does_not() {
    byte[] good = key.sign(message);
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(key.publicKey().verifies(message, bad)).as("bit " + bit).isFalse();
    }
  }

  @Test
  void a_signature_has_sixty_four_bytes() {
    byte[] good = key.sign(message);
    for (int length : new int[] {0, 1, 63, 65, 128}) {
      assertThat(key.publicKey().verifies(message, Arrays.copyOf(good, length)))
          .as(length + " bytes")
          .isFalse();
    }
  }

  /** The same signature written in another way would be another object with the same content. */
  @Test
  void its_second_half_must_be_below_the_order_of_the_group() {
    byte[] good = key.sign(message);
    byte[] littleEndian = Arrays.copyOfRange(good, 32, 64);
    byte[] larger = reversed(new BigInteger(1, reversed(littleEndian)).add(ORDER).toByteArray());
    byte[] bad = Arrays.copyOf(good, 64);
    Arrays.fill(bad, 32, 64, (byte) 0);
    System.arraycopy(larger, 0, bad, 32, Math.min(32, larger.length));

    assertThat(key.publicKey().verifies(message, bad)).isFalse();
  }

  @Test
  void another_key_does_not_verify_it() {
    assertThat(SigningKey.generate().publicKey().verifies(message, key.sign(message))).isFalse();
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
