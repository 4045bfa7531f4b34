/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.crypto.Sha256;
import java.util.Optional;

/**
 * What somebody outside of a vault knows of a chain: that manifest {@code number} was there. A
 * chain whose end was cut off looks like an older one; only an anchor tells them apart.
 *
 * @param name who knows it, for people: such as {@code the check of 2026-11-24T12:00:00Z}
 * @param sha256 of that manifest's object, where it is known
 * @param grace whether a chain that ends before it may be a copy that is still on its way
 */
public record Anchor(String name, long number, Optional<String> sha256, boolean grace) {

  public Anchor {
    if (number < 1) {
      throw new IllegalArgumentException(
          "anchor '" + name + "': number " + number + " must be at least 1");
    }
    sha256.ifPresent(
        hash -> {
          if (!hash.matches("[0-9a-f]{64}") || hash.equals(Sha256.ZERO)) {
            throw new IllegalArgumentException(
                "anchor '"
                    + name
                    + "': sha256 '"
                    + hash
                    + "' must be 64 lower-case hexadecimal digits");
          }
        });
  }
}
