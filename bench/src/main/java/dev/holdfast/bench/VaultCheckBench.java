/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.EmbeddedS3;
import dev.holdfast.embedded.Folders;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.check.InspectionReport;
import dev.holdfast.vault.check.Part;
import dev.holdfast.vault.check.ReadData;
import dev.holdfast.vault.check.VaultInspection;
import dev.holdfast.vault.check.VaultRepair;
import dev.holdfast.vault.check.Verified;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.VaultUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast a vault is checked: by listing, by all stored bytes, and decrypted. */
@Command(
    name = "vault-check",
    description =
        "A check of a vault in a folder and in an embedded S3: by listing, by reading all bytes, and"
            + " decrypted with the identity.")
final class VaultCheckBench implements Callable<Integer> {

  private static final SourceId SOURCE = new SourceId("main");

  /** As a base export cuts them, and as a segment of a busy source is. */
  private static final int CHUNK = 16 << 20;

  private static final int BODY = 256 << 10;

  @Option(names = "--mib", defaultValue = "2048", description = "Stored bytes (default: 2048).")
  private int mib;

  @Option(
      names = "--segments",
      defaultValue = "1000",
      description = "Segments of 256 KiB among them (default: 1000).")
  private int segments;

  @Option(
      names = "--chain",
      defaultValue = "0",
      description =
          "Instead: a chain of so many small segments, checked by listing with and without packs"
              + " (default: ${DEFAULT-VALUE}, no).")
  private int chain;

  @Option(names = "--runs", defaultValue = "3", description = "Of each (default: 3).")
  private int runs;

  @Option(names = "--dir", description = "For all data (default: a temporary folder).")
  private @Nullable Path dir;

  private final SigningKey signer = SigningKey.generate();
  private final HybridIdentity identity = Identity.generate().trusting(Set.of(signer.publicKey()));

  @Override
  public Integer call() throws Exception {
    Path root = dir == null ? Files.createTempDirectory("holdfast-bench-") : dir;
    try (EmbeddedS3 s3 = EmbeddedS3.start(EmbeddedS3.Endpoint.in(root.resolve("s3"), "bench"))) {
      Path folder = Files.createDirectories(root.resolve("vault"));
      try (ObjectStore inFolder = open(VaultUrl.parse("file:" + folder), Optional.empty());
          ObjectStore inS3 =
              open(
                  VaultUrl.parse(s3.vaultUrl(0, "bench")),
                  Optional.of(
                      new StoreCredentials(
                          s3.endpoints().getFirst().accessKey(),
                          s3.endpoints().getFirst().secretKey())))) {
        if (chain > 0) {
          new LongChain(chain, runs, signer, identity).measure(inFolder, inS3);
        } else {
          measure(inFolder, inS3);
        }
      }
    } finally {
      Folders.delete(root);
    }
    return 0;
  }

  private static ObjectStore open(VaultUrl url, Optional<StoreCredentials> credentials) {
    return ObjectStores.open(url, credentials);
  }

  private void measure(ObjectStore inFolder, ObjectStore inS3) throws IOException {
    fill(inFolder);
    long begun = System.nanoTime();
    VaultRepair.Done copied =
        new VaultRepair(inFolder, inS3, identity.trustedSigners(), SOURCE, false)
            .run(false, (done, total) -> {});
    double copying = (System.nanoTime() - begun) / 1e9;

    System.out.printf(
        Locale.ROOT,
        "vault: %d MiB of incompressible bytes: a base of %d MiB chunks, %d segments of %d KiB;"
            + " %d processors, %d MiB heap%n",
        mib,
        CHUNK >> 20,
        segments,
        BODY >> 10,
        Runtime.getRuntime().availableProcessors(),
        Runtime.getRuntime().maxMemory() >> 20);
    System.out.println(Figures.header());
    List<String> rates = new ArrayList<>();
    for (boolean s3 : new boolean[] {false, true}) {
      String place = s3 ? "S3" : "folder";
      ObjectStore store = s3 ? inS3 : inFolder;
      run(place + ": by listing", store, new ReadData.No(), rates);
      run(place + ": all bytes", store, new ReadData.Hashes(Part.ALL), rates);
      run(
          place + ": decrypted and decompressed",
          store,
          new ReadData.Plaintext(Part.ALL, identity, ReadData.PlainReader.toTheEnd()),
          rates);
    }
    rates.forEach(System.out::println);
    System.out.printf(
        Locale.ROOT,
        "repair-from, folder into an empty S3, once: %d objects, %.0f MiB/s%n",
        copied.copied(),
        copied.bytes() / copying / (1 << 20));
  }

  private void run(String name, ObjectStore store, ReadData depth, List<String> rates) {
    Figures figures = new Figures(name);
    long read = 0;
    for (int run = 0; run <= runs; run++) {
      InspectionReport report =
          VaultInspection.inspect(
              store,
              identity.trustedSigners(),
              SOURCE,
              depth,
              List.of(),
              Verified.NOTHING,
              1,
              (done, total) -> {});
      if (report.damage() + report.unchecked() > 0) {
        throw new IllegalStateException(name + " found " + report.findings());
      }
      read = report.read().bytes();
      if (run > 0) { // the first one warms caches
        figures.add(report.took());
      }
    }
    System.out.println(figures.row());
    if (read > 0) {
      rates.add(
          String.format(
              Locale.ROOT, "%-44s %8.0f MiB/s", name, read / figures.median() / (1 << 20)));
    }
  }

  private void fill(ObjectStore store) throws IOException {
    Random random = new Random(1);
    Instant now = Instant.parse("2026-11-01T00:00:00Z");
    Position start = new Position("7300000000000000001", 1, new Lsn(100));
    try (VaultWriter writer =
        VaultWriter.open(
            store, SOURCE, List.of(identity.recipient()), signer, InstantSource.system())) {
      writer.append(new ChainEntry.EpochOpened(1, "holdfast_main", start, 150019));
      long base = ((long) mib << 20) - (long) segments * BODY;
      List<ObjectRef> chunks = new ArrayList<>();
      for (long left = base; left > 0; left -= CHUNK) {
        chunks.add(body(writer, ObjectKind.ROWS, (int) Math.min(left, CHUNK), random));
      }
      ObjectRef index = body(writer, ObjectKind.BASE_INDEX, 1000, random);
      writer.append(new ChainEntry.BaseSealed(1, "base", start, now, "a.b", index, chunks, 1, 1));
      for (int i = 0; i < segments; i++) {
        Lsn from = new Lsn(100 + i);
        Lsn through = new Lsn(101 + i);
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
                List.of(body(writer, ObjectKind.SEGMENT, BODY, random))));
      }
    }
  }

  private static ObjectRef body(VaultWriter writer, ObjectKind kind, int size, Random random)
      throws IOException {
    byte[] plain = new byte[size];
    random.nextBytes(plain);
    try (VaultWriter.Body body = writer.begin(kind, 1)) {
      body.write(plain);
      return body.finish();
    }
  }
}
