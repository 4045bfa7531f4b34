/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.vault.check.InspectionReport;
import dev.holdfast.vault.check.ReadData;
import dev.holdfast.vault.check.VaultInspection;
import dev.holdfast.vault.check.Verified;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** A chain of many small segments, one every two seconds, and how fast it is checked by listing. */
final class LongChain {

  private static final Duration EVERY = Duration.ofSeconds(2);

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
        SyntheticChain.BODY,
        EVERY.toSeconds(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.getRuntime().maxMemory() >> 20);
    try (SyntheticChain chain =
        new SyntheticChain(
            new MemoryObjectStore(), identity, signer, Instant.parse("2026-11-01T00:00:00Z"))) {
      chain.segments(segments, EVERY);
      chain.copyTo(folder);
      chain.copyTo(s3);
      System.out.println(Figures.header());
      check("memory: every manifest read", chain.store());
      check("folder: every manifest read", folder);
      check("S3: every manifest read", s3);
      chain.index(chain.now().plus(Duration.ofDays(2)));
      chain.copyTo(folder);
      chain.copyTo(s3);
      check("memory: from the hours' packs", chain.store());
      check("folder: from the hours' packs", folder);
      check("S3: from the hours' packs", s3);
    }
  }

  private void check(String name, ObjectStore store) {
    Figures figures = new Figures(name);
    for (int run = 0; run <= runs; run++) {
      InspectionReport report =
          VaultInspection.inspect(
              store,
              identity.trustedSigners(),
              SyntheticChain.SOURCE,
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
}
