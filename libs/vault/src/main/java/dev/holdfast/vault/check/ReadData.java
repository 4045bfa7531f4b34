/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.crypto.Identity;
import java.io.IOException;
import java.io.InputStream;

/** How far an inspection goes into encrypted objects. */
public sealed interface ReadData {

  /** Existence and size only. */
  record No() implements ReadData {}

  /** All stored bytes of a part are compared with their hashes; needs no private key. */
  record Hashes(Part part) implements ReadData {}

  /** They are decrypted, decompressed and read as well. */
  record Plaintext(Part part, Identity identity, PlainReader reader) implements ReadData {}

  /** Reads an object's plaintext to its end and fails when it is not of its form. */
  interface PlainReader {

    /** What fails is damage of the object. */
    void read(ObjectRef object, InputStream plain) throws IOException;

    /** Frames and compression only: both have their checksums. */
    static PlainReader toTheEnd() {
      return (object, plain) -> plain.transferTo(java.io.OutputStream.nullOutputStream());
    }
  }

  /** What is read of {@code key}'s kind: everything, a part, or nothing. */
  default boolean wants(dev.holdfast.vault.store.ObjectKey key) {
    return switch (this) {
      case No no -> false;
      case Hashes hashes -> hashes.part().contains(key);
      case Plaintext plaintext -> plaintext.part().contains(key);
    };
  }
}
