/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.testkit.GoldenVectors;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FileObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

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
    if (Files.exists(folder)) {
      throw new IllegalArgumentException(
          folder + " exists: golden vectors are made once and never again; name a new folder");
    }
    GoldenVectors.copyTo(Files.createDirectories(folder));
    HybridIdentity identity = Identity.read(folder.resolve("keys/identity.key"));
    SigningKey signer = SigningKey.read(folder.resolve("keys/signing.key"));
    try (VaultWriter writer =
            VaultWriter.open(
                new FileObjectStore(folder.resolve("vault")),
                HASHED,
                List.of(identity.recipient()),
                signer,
                InstantSource.fixed(AT));
        VaultWriter.Body body = writer.begin(ObjectKind.CONTENT, 1)) {
      body.write(HASHES.getBytes(StandardCharsets.UTF_8));
      ObjectRef stored = body.finish();
      Files.writeString(
          folder.resolve(REFERENCE),
          String.join(
              "\n",
              stored.key().value(),
              String.valueOf(stored.size()),
              stored.sha256(),
              stored.dataKey(),
              ""));
    }
  }
}
