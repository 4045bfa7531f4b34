/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.nio.file.Path;

/** A writer's Ed25519 key: signs manifests and key objects. */
public final class SigningKey {

  private SigningKey() {}

  public static SigningKey generate() {
    throw new UnsupportedOperationException();
  }

  public static SigningKey read(Path file) {
    throw new UnsupportedOperationException();
  }

  /** Creates {@code file}, readable by its owner only; never overwrites. */
  public void write(Path file) {
    throw new UnsupportedOperationException();
  }

  public Public publicKey() {
    throw new UnsupportedOperationException();
  }

  /** The verifying half. */
  public record Public(String text) {

    public static Public parse(String text) {
      throw new UnsupportedOperationException();
    }

    public static Public read(Path file) {
      throw new UnsupportedOperationException();
    }

    public String id() {
      throw new UnsupportedOperationException();
    }
  }
}
