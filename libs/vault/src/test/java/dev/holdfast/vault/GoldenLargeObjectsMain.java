/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.testkit.GoldenVectors;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
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

/**
 * Made the golden vectors of a base with large objects, once. Kept to show how; it refuses a folder
 * that exists. The argument is the folder to make, which gets a copy of all vectors and the new
 * ones.
 */
final class GoldenLargeObjectsMain {

  static final SourceId LARGE = new SourceId("large");
  static final Instant AT = Instant.parse("2026-11-29T22:00:00Z");
  static final Position POSITION = new Position("7712125851853762981", 1, Lsn.parse("0/1C46960"));
  static final String BASE = "base-1796594400-0badf00d";
  static final String CATALOG = "a.b";

  /** Stands for an archive: the vault does not look into it. */
  static final String ARCHIVE = "PGDMP and so on";

  /** An index as {@code libs/postgres} writes it, as far as large objects go. */
  static String index(ObjectRef archive) {
    return """
    {"format":1,"largeObjects":{"object":{"key":"%s","kind":"large-objects","size":%d,\
    "sha256":"%s","dataKey":"%s"},"count":3}}\
    """
        .formatted(archive.key().value(), archive.size(), archive.sha256(), archive.dataKey());
  }

  private GoldenLargeObjectsMain() {}

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
            LARGE,
            List.of(identity.recipient()),
            signer,
            InstantSource.fixed(AT))) {
      ObjectRef archive = put(writer, ObjectKind.LARGE_OBJECTS, ARCHIVE);
      ObjectRef index = put(writer, ObjectKind.BASE_INDEX, index(archive));
      writer.append(new BaseSealed(1, BASE, POSITION, AT, CATALOG, index, List.of(archive), 0, 0));
    }
  }

  private static ObjectRef put(VaultWriter writer, ObjectKind kind, String text) {
    try (VaultWriter.Body body = writer.begin(kind, 1)) {
      body.write(text.getBytes(StandardCharsets.UTF_8));
      return body.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
