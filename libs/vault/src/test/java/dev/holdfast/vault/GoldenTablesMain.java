/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.testkit.GoldenVectors;
import dev.holdfast.vault.chain.ChainEntry.LostTable;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
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
 * Made the golden vectors of lost tables and their bases, once. Kept to show how; it refuses a
 * folder that exists. The argument is the folder to make, which gets a copy of all vectors and the
 * new ones.
 */
final class GoldenTablesMain {

  static final SourceId TABLES = new SourceId("tables");
  static final Instant AT = Instant.parse("2026-11-29T21:00:00Z");
  static final Position CHANGED = new Position("7712125851853762981", 1, Lsn.parse("0/1C46560"));
  static final Position BASED = new Position("7712125851853762981", 1, Lsn.parse("0/1C46760"));
  static final String REASON = "table public.t was rewritten";
  static final String BASE = "base-1796590800-0badcafe";
  static final String ROWS = "1\tx\n2\t\\N\n";

  /** An index as {@code libs/postgres} writes it; of two tables one is not there any more. */
  static String index(ObjectRef rows) {
    return """
    {"format":1,"position":{"systemId":"7712125851853762981","timeline":1,"lsn":"0/1C46760"},\
    "tables":[{"oid":16385,"schema":"public","name":"t","identity":"KEY","columns":[\
    {"number":1,"name":"id","typeOid":23,"type":"integer","key":true},\
    {"number":2,"name":"v","typeOid":25,"type":"text","key":false}],"chunks":[\
    {"object":{"key":"%s","kind":"rows","size":%d,"sha256":"%s","dataKey":"%s"},"rows":2}],\
    "rows":2}]}\
    """
        .formatted(rows.key().value(), rows.size(), rows.sha256(), rows.dataKey());
  }

  private GoldenTablesMain() {}

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
            TABLES,
            List.of(identity.recipient()),
            signer,
            InstantSource.fixed(AT))) {
      writer.append(
          new TablesLost(
              1,
              CHANGED,
              AT,
              REASON,
              List.of(new LostTable(16385, "public.t"), new LostTable(16390, "public.u"))));
      ObjectRef rows = put(writer, ObjectKind.ROWS, ROWS);
      ObjectRef index = put(writer, ObjectKind.BASE_INDEX, index(rows));
      writer.append(
          new TableBaseSealed(
              1, BASE, BASED, AT, List.of(16385L, 16390L), index, List.of(rows), 2));
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
