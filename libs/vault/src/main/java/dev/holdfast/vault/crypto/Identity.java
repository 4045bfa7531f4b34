/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.nio.file.Path;
import java.util.Set;

/**
 * The private side of a {@link Recipient}, and the signers whose chains it believes. Lives on the
 * recovery side only.
 */
public final class Identity {

  private Identity() {}

  public static Identity generate() {
    throw new UnsupportedOperationException();
  }

  public static Identity read(Path file) {
    throw new UnsupportedOperationException();
  }

  /** Creates {@code file}, readable by its owner only; never overwrites. */
  public void write(Path file) {
    throw new UnsupportedOperationException();
  }

  public Recipient recipient() {
    throw new UnsupportedOperationException();
  }

  public Set<SigningKey.Public> trustedSigners() {
    throw new UnsupportedOperationException();
  }

  /** The same keys, believing exactly {@code signers}. */
  public Identity trusting(Set<SigningKey.Public> signers) {
    throw new UnsupportedOperationException();
  }
}
