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
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.check.InspectionReport;
import dev.holdfast.vault.check.ReadData;
import dev.holdfast.vault.check.VaultInspection;
import dev.holdfast.vault.check.Verified;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A chain of many small segments, one every two seconds, and how fast it is checked by listing. */
final class LongChain {

  private static final SourceId SOURCE = new SourceId("main");
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final int BODY = 500;

  private final int segments;
  private final int runs;
  private final SigningKey signer;
  private final HybridIdentity identity;

  LongChain(int segments, int runs, SigningKey signer, HybridIdentity identity) {
    this.segments = segments;
    this.runs = runs;
    this.signer = signer;
    this.identity = identity;
  }

  void measure(ObjectStore folder, ObjectStore s3) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "chain: %d segments of %d bytes, one every %d s; %d processors, %d MiB heap%n",
        segments,
        BODY,
        EVERY.toSeconds(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.getRuntime().maxMemory() >> 20);
    MemoryObjectStore memory = new MemoryObjectStore();
    Instant end = fill(memory);
    copy(memory, folder);
    copy(memory, s3);
    System.out.println(Figures.header());
    check("memory: every manifest read", memory);
    check("folder: every manifest read", folder);
    check("S3: every manifest read", s3);
    new ChainIndexer(memory, SOURCE, signer, Set.of()).catchUp(end.plus(Duration.ofDays(2)));
    copy(memory, folder);
    copy(memory, s3);
    check("memory: from the hours' packs", memory);
    check("folder: from the hours' packs", folder);
    check("S3: from the hours' packs", s3);
  }

  private void check(String name, ObjectStore store) {
    Figures figures = new Figures(name);
    for (int run = 0; run <= runs; run++) {
      InspectionReport report =
          VaultInspection.inspect(
              store,
              identity.trustedSigners(),
              SOURCE,
              new ReadData.No(),
              List.of(),
              Verified.NOTHING,
              1,
              (done, total) -> {});
      if (!report.findings().isEmpty() || report.manifests() != segments + 1) {
        throw new IllegalStateException(name + " found " + report);
      }
      if (run > 0) { // the first one warms caches
        figures.add(report.took());
      }
    }
    System.out.println(figures.row());
  }

  /** When the last one was sealed. */
  private Instant fill(ObjectStore store) throws IOException {
    Random random = new Random(1);
    Instant[] now = {Instant.parse("2026-11-01T00:00:00Z")};
    try (VaultWriter writer =
        VaultWriter.open(store, SOURCE, List.of(identity.recipient()), signer, () -> now[0])) {
      Position start = new Position("7300000000000000001", 1, new Lsn(100));
      writer.append(new ChainEntry.EpochOpened(1, "holdfast_main", start, 150019));
      byte[] plain = new byte[BODY];
      for (int i = 0; i < segments; i++) {
        now[0] = now[0].plus(EVERY);
        random.nextBytes(plain);
        Lsn through = new Lsn(101 + i);
        Optional<CommitPoint> commit = Optional.of(new CommitPoint(through, now[0], i));
        try (VaultWriter.Body body = writer.begin(ObjectKind.SEGMENT, 1)) {
          body.write(plain);
          writer.append(
              new ChainEntry.SegmentSealed(
                  1,
                  1,
                  new Lsn(100 + i),
                  through,
                  commit,
                  commit,
                  Optional.of(now[0]),
                  Optional.of(now[0]),
                  now[0],
                  1,
                  1,
                  List.of(body.finish())));
        }
      }
    }
    return now[0];
  }

  /** What {@code to} has not. */
  private static void copy(ObjectStore from, ObjectStore to) {
    Set<ObjectKey> keys = new LinkedHashSet<>();
    from.list("", Optional.empty(), stat -> keys.add(stat.key()));
    to.list(VaultLayout.sourcePrefix(SOURCE), Optional.empty(), stat -> keys.remove(stat.key()));
    List<ObjectStore.PutOutcome> put =
        InParallel.map(
            List.copyOf(keys),
            key -> {
              try (InputStream in = from.open(key).orElseThrow()) {
                return to.putIfAbsent(key, Content.of(in.readAllBytes()));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    System.err.println("copied " + put.size() + " objects to " + to.describe());
  }
}
