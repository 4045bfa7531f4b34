/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Made the golden vectors of recorded definitions, once. Kept to show how; it refuses a folder that
 * exists. The argument is the folder to make, which gets a copy of all vectors and the new ones.
 */
final class GoldenSchemasMain {

  static final SourceId SCHEMAS = new SourceId("schemas");
  static final Instant AT = Instant.parse("2026-11-25T19:00:00Z");
  static final Position CHANGED = new Position("7712125851853762981", 1, Lsn.parse("0/1C46560"));

  /** An index as {@code libs/postgres} writes it, with the columns that were added. */
  static final String INDEX =
      """
      {"format":1,"position":{"systemId":"7712125851853762981","timeline":1,"lsn":"0/1C46560"},\
      "serverVersion":150019,"encoding":"UTF8","database":"app",\
      "schema":{"key":"sources/schemas/data/000001/20261125/00000000000000000000000000000000",\
      "kind":"schema","size":0,"sha256":"%s","dataKey":"%s"},"roles":null,"settings":{},\
      "tables":[{"oid":16385,"schema":"public","name":"t","identity":"KEY","columns":[\
      {"number":1,"name":"id","typeOid":23,"type":"integer","key":true},\
      {"number":3,"name":"c","typeOid":25,"type":"text","key":false},\
      {"number":4,"name":"d","typeOid":25,"type":"text","key":false}],"chunks":[],"rows":0}],\
      "sequences":[],"excluded":[],"added":[{"table":16385,"number":3,"value":"x\\ty"},\
      {"table":16385,"number":4,"value":null}]}"""
          .formatted("0".repeat(64), "0".repeat(32));

  static final String SCHEMA = "stands for an archive of pg_dump\n";

  private GoldenSchemasMain() {}

  public static void main(String[] arguments) throws IOException {
    GoldenSource.make(
        Path.of(arguments[0]),
        SCHEMAS,
        AT,
        writer -> {
          writer.append(
              new SchemaRecorded(
                  1, CHANGED, 742, AT, Optional.empty(), Optional.empty(), List.of()));
          ObjectRef schema = GoldenSource.put(writer, ObjectKind.SCHEMA, SCHEMA);
          ObjectRef index = GoldenSource.put(writer, ObjectKind.BASE_INDEX, INDEX);
          writer.append(
              new SchemaRecorded(
                  1,
                  CHANGED,
                  742,
                  AT,
                  Optional.of("0".repeat(64) + "." + "1".repeat(64)),
                  Optional.of(index),
                  List.of(schema)));
        });
  }
}
