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
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Makes golden vectors of a further source, and opens those that were made. */
final class GoldenSource {

  /** Writes the source. */
  interface Content {
    void write(VaultWriter writer) throws IOException;
  }

  private final Path folder;

  /**
   * @param folder has a copy of all vectors
   */
  private GoldenSource(Path folder) {
    this.folder = folder;
  }

  /** A copy of all vectors in {@code folder}. */
  static GoldenSource copiedTo(Path folder) {
    GoldenVectors.copyTo(folder);
    return new GoldenSource(folder);
  }

  /** Copies all vectors into a new folder and adds a source to them. */
  static void make(Path folder, SourceId source, Instant at, Content content) throws IOException {
    if (Files.exists(folder)) {
      throw new IllegalArgumentException(
          folder + " exists: golden vectors are made once and never again; name a new folder");
    }
    GoldenSource made = copiedTo(Files.createDirectories(folder));
    try (VaultWriter writer =
        VaultWriter.open(
            made.store(),
            source,
            List.of(made.identity().recipient()),
            made.signer(),
            InstantSource.fixed(at))) {
      content.write(writer);
    }
  }

  static ObjectRef put(VaultWriter writer, ObjectKind kind, String text) {
    try (VaultWriter.Body body = writer.begin(kind, 1)) {
      body.write(text.getBytes(StandardCharsets.UTF_8));
      return body.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HybridIdentity identity() {
    return Identity.read(folder.resolve("keys/identity.key"));
  }

  SigningKey signer() {
    return SigningKey.read(folder.resolve("keys/signing.key"));
  }

  private FileObjectStore store() {
    return new FileObjectStore(folder.resolve("vault"));
  }

  VaultReader reader() {
    return VaultReader.open(store(), identity().trustedSigners());
  }
}
