/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CipherChoiceTest {

  private static final Supplier<String> NAME = () -> "the other";

  @Test
  void the_faster_of_two_that_agree_is_taken_and_both_speeds_are_told() {
    CipherChoice faster = CipherChoice.of(JavaAesGcm::new, NAME, () -> new Spoiled(300, false));
    assertThat(faster.cipher().get()).isInstanceOf(JavaAesGcm.class);
    assertThat(faster.description()).startsWith("the other (").contains("MB/s at start; Java");

    CipherChoice slower = CipherChoice.of(() -> new Spoiled(300, false), NAME, JavaAesGcm::new);
    assertThat(slower.cipher().get()).isInstanceOf(JavaAesGcm.class);
    assertThat(slower.description()).startsWith("Java (").contains("the other");
  }

  @Test
  void one_that_computes_something_else_is_not_taken_however_fast() {
    CipherChoice choice = CipherChoice.of(() -> new Spoiled(0, true), NAME, JavaAesGcm::new);

    assertThat(choice.cipher().get()).isInstanceOf(JavaAesGcm.class);
    assertThat(choice.description()).contains("something else");
  }

  @Test
  void one_that_does_not_run_here_is_not_taken() {
    CipherChoice choice =
        CipherChoice.of(
            () -> {
              throw new UnsatisfiedLinkError("no such library");
            },
            NAME,
            JavaAesGcm::new);

    assertThat(choice.cipher().get()).isInstanceOf(JavaAesGcm.class);
    assertThat(choice.description()).contains("no such library");
  }

  @Test
  void what_runs_here_is_reported_and_both_read_what_the_other_wrote() throws Exception {
    assertThat(AesGcm.describe()).matches("(Bouncy Castle LTS, native \\w+|Java) \\(.*\\)");
    assertThat(AesGcm.agree(AesGcm.create(), new JavaAesGcm())).isTrue();
  }

  /** Java's, slowed down or wrong. */
  private static final class Spoiled extends AesGcm {
    private final AesGcm java = new JavaAesGcm();
    private final int millis;
    private final boolean wrong;

    Spoiled(int millis, boolean wrong) {
      this.millis = millis;
      this.wrong = wrong;
    }

    @Override
    int seal(
        byte[] key,
        byte[] nonce,
        byte[] associated,
        byte[] in,
        int offset,
        int length,
        byte[] out,
        int outOffset)
        throws GeneralSecurityException {
      long until = System.nanoTime() + millis * 1_000_000L;
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      int written = java.seal(key, nonce, associated, in, offset, length, out, outOffset);
      if (wrong) {
        out[outOffset] ^= 1;
      }
      return written;
    }

    @Override
    int open(
        byte[] key,
        byte[] nonce,
        byte[] associated,
        byte[] in,
        int offset,
        int length,
        byte[] out,
        int outOffset)
        throws GeneralSecurityException {
      return java.open(key, nonce, associated, in, offset, length, out, outOffset);
    }
  }
}
