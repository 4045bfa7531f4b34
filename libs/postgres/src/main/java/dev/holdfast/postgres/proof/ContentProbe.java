/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.proof;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.base.SourceTable;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.verify.HashedTable;
import dev.holdfast.postgres.verify.KeyBuckets;
import dev.holdfast.postgres.verify.RowList;
import dev.holdfast.postgres.verify.TableContent;
import dev.holdfast.postgres.verify.TableScan;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** Reads what a snapshot of a source holds, and keeps hashes of it only. */
public final class ContentProbe {

  /**
   * Where to look closer.
   *
   * @param of how many buckets the table is seen in
   * @param buckets those whose rows are listed
   */
  public record Closer(int of, List<Integer> buckets) {}

  /** Bytes after which the pace is asked. */
  private static final long STEP = 256 << 10;

  private final String proof;
  private final Map<Long, Closer> closer;
  private final int parallelism;
  private final Pace pace;

  /**
   * @param closer tables to look at closer, by OID: then only those are read; empty: all are
   * @param parallelism connections that read at the same time, at least 1
   */
  public ContentProbe(String proof, Map<Long, Closer> closer, int parallelism, Pace pace) {
    this.proof = proof;
    this.closer = Map.copyOf(closer);
    this.parallelism = parallelism;
    this.pace = pace;
  }

  /**
   * Reads everything; the snapshot has to stay open meanwhile.
   *
   * @throws dev.holdfast.postgres.PostgresException also when the snapshot gave way to somebody who
   *     waits for a table
   */
  public ContentRecord read(TakenSnapshot snapshot) {
    List<SourceTable> tables =
        snapshot.catalog().tables().stream()
            .filter(table -> closer.isEmpty() || closer.containsKey(table.oid()))
            .toList();
    List<ContentRecord.Table> contents = scan(snapshot, tables);
    // Without the locks, a table that was read late could have been emptied before.
    snapshot.verifyHeld();
    return new ContentRecord(
        ContentRecord.FORMAT,
        proof,
        snapshot.position(),
        snapshot.at(),
        contents,
        snapshot.catalog().excluded());
  }

  private List<ContentRecord.Table> scan(TakenSnapshot snapshot, List<SourceTable> tables) {
    Thread reader = Thread.currentThread();
    AtomicBoolean reading = new AtomicBoolean(true);
    snapshot.onGivingWay(
        _ -> {
          if (reading.get()) {
            reader.interrupt();
          }
        });
    try {
      return TableScan.read(
          snapshot.connections().named("holdfast-proof"),
          tables.stream().map(t -> new HashedTable(t.schema(), t.name(), names(t))).toList(),
          Optional.of(snapshot.name()),
          parallelism,
          i -> sink(tables.get(i)));
    } catch (PostgresException e) {
      throw snapshot.gaveWay().orElse(e);
    } finally {
      reading.set(false);
      if (snapshot.gaveWay().isPresent()) {
        // The interrupt was the snapshot's.
        Thread.interrupted();
      }
    }
  }

  private static List<String> names(SourceTable table) {
    return table.columns().stream().map(SourceTable.Column::name).toList();
  }

  private static List<Integer> key(SourceTable table) {
    return table.identity() == Identity.KEY
        ? IntStream.range(0, table.columns().size())
            .filter(i -> table.columns().get(i).key())
            .boxed()
            .toList()
        : List.of();
  }

  private TableScan.Sink<ContentRecord.Table> sink(SourceTable table) {
    List<Integer> key = key(table);
    Optional<Closer> look = Optional.ofNullable(closer.get(table.oid()));
    KeyBuckets buckets = new KeyBuckets(key, KeyBuckets.MOST);
    Optional<RowList> list = look.map(it -> new RowList(key, it.of(), new HashSet<>(it.buckets())));
    return new TableScan.Sink<>() {
      private long bytes;
      private long untold;

      @Override
      public void line(byte[] line, int length) {
        buckets.line(line, length);
        list.ifPresent(it -> it.line(line, length));
        bytes += length + 1L;
        untold += length + 1L;
        if (untold >= STEP) {
          pace.read(untold);
          untold = 0;
        }
      }

      @Override
      public ContentRecord.Table result() {
        pace.read(untold);
        TableContent content = buckets.content(table.schema(), table.name());
        return new ContentRecord.Table(
            table.oid(),
            table.schema(),
            table.name(),
            table.identity(),
            names(table),
            key,
            content.rows(),
            bytes,
            content.hash(),
            buckets.sums(KeyBuckets.worth(content.rows())),
            list.map(
                it ->
                    new ContentRecord.Listed(
                        look.orElseThrow().of(),
                        look.orElseThrow().buckets(),
                        it.rows(),
                        it.isCut())));
      }
    };
  }
}
