/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.function.Supplier;
import org.bouncycastle.crypto.CryptoServicesRegistrar;
import org.bouncycastle.crypto.NativeServices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which implementation of AES-256-GCM this process uses: Bouncy Castle's native code where it is
 * there, computes what Java does, and was faster in a few milliseconds of trying; else Java's.
 *
 * @param description for reports: what was chosen, how fast both were, or why the other was not
 */
record CipherChoice(Supplier<AesGcm> cipher, String description) {

  private static final Logger LOG = LoggerFactory.getLogger(CipherChoice.class);

  /** Long enough for a few frames, too short to be noticed. */
  private static final long NANOS = 4_000_000;

  /** Chosen once in a process, when it first encrypts or decrypts. */
  static CipherChoice made() {
    boolean there;
    try {
      there = CryptoServicesRegistrar.hasEnabledService(NativeServices.AES_GCM);
    } catch (RuntimeException | LinkageError e) {
      return java("Bouncy Castle's native code does not work here: " + e);
    }
    CipherChoice choice =
        there
            ? of(BouncyAesGcm::new, CipherChoice::variant, JavaAesGcm::new)
            : java("Bouncy Castle has no native AES-GCM for this machine");
    LOG.info("AES-256-GCM by {}", choice.description());
    return choice;
  }

  private static String variant() {
    return "Bouncy Castle LTS, native " + CryptoServicesRegistrar.getNativeServices().getVariant();
  }

  private static CipherChoice java(String why) {
    return new CipherChoice(JavaAesGcm::new, "Java (" + why + ")");
  }

  /**
   * @param candidate taken when it agrees with {@code reference} and is faster
   */
  static CipherChoice of(
      Supplier<AesGcm> candidate, Supplier<String> name, Supplier<AesGcm> reference) {
    try {
      if (!AesGcm.agree(candidate.get(), reference.get())) {
        return refuse(reference, "Bouncy Castle's native AES-GCM computes something else");
      }
      double its = bytesPerSecond(candidate.get());
      double javas = bytesPerSecond(reference.get());
      return its >= javas
          ? new CipherChoice(
              candidate, name.get() + " (" + rate(its) + " at start; Java " + rate(javas) + ")")
          : new CipherChoice(
              reference,
              "Java (" + rate(javas) + " at start; " + name.get() + " " + rate(its) + ")");
    } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
      return refuse(reference, "Bouncy Castle's native code does not work here: " + e);
    }
  }

  private static CipherChoice refuse(Supplier<AesGcm> reference, String why) {
    LOG.warn("AES-256-GCM by Java: {}", why);
    return new CipherChoice(reference, "Java (" + why + ")");
  }

  /** Of the fastest frame, so that what else the machine does counts little. */
  private static double bytesPerSecond(AesGcm cipher) throws GeneralSecurityException {
    byte[] frame = new byte[SealedFormat.FRAME];
    byte[] sealed = new byte[SealedFormat.FRAME + AesGcm.TAG];
    byte[] key = new byte[32];
    byte[] associated = new byte[41];
    long best = Long.MAX_VALUE;
    long begun = System.nanoTime();
    for (int n = 0; n == 0 || System.nanoTime() - begun < NANOS; n++) {
      long before = System.nanoTime();
      cipher.seal(key, SealedFormat.nonce(n), associated, frame, 0, frame.length, sealed, 0);
      best = Math.min(best, Math.max(1, System.nanoTime() - before));
    }
    return frame.length * 1e9 / best;
  }

  private static String rate(double bytesPerSecond) {
    return String.format(Locale.ROOT, "%.0f MB/s", bytesPerSecond / 1e6);
  }
}
