/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
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
    GoldenSource.make(
        Path.of(arguments[0]),
        LARGE,
        AT,
        writer -> {
          ObjectRef archive = GoldenSource.put(writer, ObjectKind.LARGE_OBJECTS, ARCHIVE);
          ObjectRef index = GoldenSource.put(writer, ObjectKind.BASE_INDEX, index(archive));
          writer.append(
              new BaseSealed(1, BASE, POSITION, AT, CATALOG, index, List.of(archive), 0, 0));
        });
  }
}
