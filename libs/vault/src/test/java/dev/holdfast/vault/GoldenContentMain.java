/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Made the golden vector of hashed content, once: an object that no manifest names, and the
 * reference that an event would carry. Kept to show how; it refuses a folder that exists. The
 * argument is the folder to make, which gets a copy of all vectors and the new ones.
 */
final class GoldenContentMain {

  static final SourceId HASHED = new SourceId("hashed");
  static final Instant AT = Instant.parse("2026-11-29T22:00:00Z");

  /** The reference: key, size, SHA-256 and data key, one a line. */
  static final String REFERENCE = "content-reference.txt";

  /** Stands for hashes: the vault does not look into it. */
  static final String HASHES = "{\"tables\":[]}";

  private GoldenContentMain() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    GoldenSource.make(
        folder,
        HASHED,
        AT,
        writer -> {
          ObjectRef stored = GoldenSource.put(writer, ObjectKind.CONTENT, HASHES);
          Files.writeString(
              folder.resolve(REFERENCE),
              String.join(
                  "\n",
                  stored.key().value(),
                  String.valueOf(stored.size()),
                  stored.sha256(),
                  stored.dataKey(),
                  ""));
        });
  }
}
