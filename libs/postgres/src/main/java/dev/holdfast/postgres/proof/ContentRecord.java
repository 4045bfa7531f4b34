/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.proof;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.base.BaseIndex.Excluded;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.verify.RowList;
import dev.holdfast.postgres.verify.TableContent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a source held at an exact position: the JSON of a {@code CONTENT} object.
 *
 * @param format {@link #FORMAT}
 * @param proof id of the proof that it was taken for
 * @param position exactly the commits that end at or before it
 * @param at when the snapshot was taken, by the worker's clock
 * @param tables in scope, by schema and name
 * @param excluded tables that protection leaves out, and why
 */
public record ContentRecord(
    int format,
    String proof,
    Position position,
    Instant at,
    List<Table> tables,
    List<Excluded> excluded) {

  public static final int FORMAT = 1;

  public ContentRecord {
    tables = List.copyOf(tables);
    excluded = List.copyOf(excluded);
  }

  /**
   * A table's content; see {@link dev.holdfast.postgres.verify.ContentHash} and {@link
   * dev.holdfast.postgres.verify.KeyBuckets}.
   *
   * @param oid in the source
   * @param columns that are hashed, in this order
   * @param key places in {@code columns} of the identity's columns, from 0
   * @param bytes in {@code COPY} text format
   * @param buckets hashes of its rows in buckets of their keys
   * @param listed rows of some buckets, for a proof that looks closer
   */
  public record Table(
      long oid,
      String schema,
      String name,
      Identity identity,
      List<String> columns,
      List<Integer> key,
      long rows,
      long bytes,
      String hash,
      String buckets,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Listed> listed) {

    public Table {
      columns = List.copyOf(columns);
      key = List.copyOf(key);
    }

    public TableContent content() {
      return new TableContent(schema, name, rows, hash);
    }
  }

  /**
   * All rows of some buckets.
   *
   * @param of how many buckets there are
   * @param cut rows are missing here: there were too many
   */
  public record Listed(int of, List<Integer> buckets, List<RowList.Row> rows, boolean cut) {

    public Listed {
      buckets = List.copyOf(buckets);
      rows = List.copyOf(rows);
    }
  }

  public long rows() {
    return tables.stream().mapToLong(Table::rows).sum();
  }

  public long bytes() {
    return tables.stream().mapToLong(Table::bytes).sum();
  }
}
