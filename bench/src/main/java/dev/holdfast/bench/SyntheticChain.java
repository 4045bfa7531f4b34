/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ChainIndexer;
import dev.holdfast.vault.InParallel;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A chain of small segments, signed and linked as a worker's; its rows are no rows. */
final class SyntheticChain implements AutoCloseable {

  static final SourceId SOURCE = new SourceId("main");
  static final int BODY = 500;
  private static final String CLUSTER = "7300000000000000001";

  private final Random random = new Random(1);
  private final byte[] plain = new byte[BODY];
  private final ObjectStore store;
  private final SigningKey signer;
  private final VaultWriter writer;
  private Instant now;
  private long lsn = 100;

  SyntheticChain(ObjectStore store, HybridIdentity identity, SigningKey signer, Instant begin) {
    this.store = store;
    this.signer = signer;
    this.now = begin;
    this.writer = VaultWriter.open(store, SOURCE, List.of(identity.recipient()), signer, () -> now);
    writer.append(new ChainEntry.EpochOpened(1, "holdfast_main", position(), 150019));
  }

  ObjectStore store() {
    return store;
  }

  /** When the newest manifest was written. */
  Instant now() {
    return now;
  }

  private Position position() {
    return new Position(CLUSTER, 1, new Lsn(lsn));
  }

  void segments(int count, Duration every) throws IOException {
    segments(count, every, true);
  }

  /**
   * @param bodies whether they name stored objects
   */
  void segments(int count, Duration every, boolean bodies) throws IOException {
    for (int i = 0; i < count; i++) {
      now = now.plus(every);
      Lsn from = new Lsn(lsn++);
      Lsn through = new Lsn(lsn);
      Optional<CommitPoint> commit = Optional.of(new CommitPoint(through, now, i));
      writer.append(
          new ChainEntry.SegmentSealed(
              1,
              1,
              from,
              through,
              commit,
              commit,
              Optional.of(now),
              Optional.of(now),
              now,
              1,
              1,
              bodies ? List.of(body(ObjectKind.SEGMENT)) : List.of()));
    }
  }

  void base() throws IOException {
    writer.append(
        new ChainEntry.BaseSealed(
            1,
            "base-" + lsn,
            position(),
            now,
            "a.b",
            body(ObjectKind.BASE_INDEX),
            List.of(body(ObjectKind.ROWS)),
            1,
            1));
  }

  private ObjectRef body(ObjectKind kind) throws IOException {
    random.nextBytes(plain);
    try (VaultWriter.Body body = writer.begin(kind, 1)) {
      body.write(plain);
      return body.finish();
    }
  }

  /** As the worker indexes what is over at {@code at}. */
  void index(Instant at) {
    new ChainIndexer(store, SOURCE, signer, Set.of()).catchUp(at);
  }

  /** What {@code to} has not. */
  void copyTo(ObjectStore to) {
    Set<ObjectKey> keys = new LinkedHashSet<>();
    store.list("", Optional.empty(), stat -> keys.add(stat.key()));
    to.list(VaultLayout.sourcePrefix(SOURCE), Optional.empty(), stat -> keys.remove(stat.key()));
    List<ObjectStore.PutOutcome> put =
        InParallel.map(
            List.copyOf(keys),
            key -> {
              try (InputStream in = store.open(key).orElseThrow()) {
                return to.putIfAbsent(key, Content.of(in.readAllBytes()));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    System.err.println("copied " + put.size() + " objects to " + to.describe());
  }

  @Override
  public void close() {
    writer.close();
  }
}
