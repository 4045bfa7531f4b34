/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.nio.file.Path;

/** A public key that data keys are wrapped to; its {@link Identity} opens them. */
public final class Recipient {

  private Recipient() {}

  public static Recipient parse(String text) {
    throw new UnsupportedOperationException();
  }

  public static Recipient read(Path file) {
    throw new UnsupportedOperationException();
  }

  /** One line; {@link #parse} reads it back. */
  public String text() {
    throw new UnsupportedOperationException();
  }

  public String id() {
    throw new UnsupportedOperationException();
  }
}
