/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainEntry.LostTable;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
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
    GoldenSource.make(
        Path.of(arguments[0]),
        TABLES,
        AT,
        writer -> {
          writer.append(
              new TablesLost(
                  1,
                  CHANGED,
                  AT,
                  REASON,
                  List.of(new LostTable(16385, "public.t"), new LostTable(16390, "public.u"))));
          ObjectRef rows = GoldenSource.put(writer, ObjectKind.ROWS, ROWS);
          ObjectRef index = GoldenSource.put(writer, ObjectKind.BASE_INDEX, index(rows));
          writer.append(
              new TableBaseSealed(
                  1, BASE, BASED, AT, List.of(16385L, 16390L), index, List.of(rows), 2));
        });
  }
}
