/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.proof;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.verify.HashedTable;
import dev.holdfast.postgres.verify.KeyBuckets;
import dev.holdfast.postgres.verify.RowList;
import dev.holdfast.postgres.verify.TableScan;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Looks closer at tables of a sandbox that differ from their source's. */
public final class SandboxLook {

  private final Connections sandbox;

  public SandboxLook(Connections sandbox) {
    this.sandbox = sandbox.named("holdfast-sandbox");
  }

  /** The buckets of rows in which a table differs. */
  public List<Integer> differingBuckets(ContentRecord.Table source) {
    int of = KeyBuckets.count(source.buckets());
    KeyBuckets buckets = new KeyBuckets(source.key(), of);
    return scan(
        source,
        new TableScan.Sink<>() {
          @Override
          public void line(byte[] line, int length) {
            buckets.line(line, length);
          }

          @Override
          public List<Integer> result() {
            return KeyBuckets.differing(source.buckets(), buckets.sums(of));
          }
        });
  }

  /** In which of the rows that the source listed a table differs. */
  public RowDifferences differingRows(ContentRecord.Table source, ContentRecord.Listed listed) {
    RowList rows = new RowList(source.key(), listed.of(), new HashSet<>(listed.buckets()));
    return scan(
        source,
        new TableScan.Sink<>() {
          @Override
          public void line(byte[] line, int length) {
            rows.line(line, length);
          }

          @Override
          public RowDifferences result() {
            return RowDifferences.of(listed.rows(), rows.rows(), !source.key().isEmpty());
          }
        });
  }

  private <T> T scan(ContentRecord.Table source, TableScan.Sink<T> sink) {
    return TableScan.read(
            sandbox,
            List.of(new HashedTable(source.schema(), source.name(), source.columns())),
            Optional.empty(),
            1,
            _ -> sink)
        .getFirst();
  }
}
