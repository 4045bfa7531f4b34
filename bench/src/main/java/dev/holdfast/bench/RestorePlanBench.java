/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.EmbeddedS3;
import dev.holdfast.embedded.Folders;
import dev.holdfast.postgres.restore.OutlinePlanner;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.SourceChain;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.VaultUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long the plan of a restore takes on a long chain. */
@Command(
    name = "restore-plan",
    description =
        "The plan of a restore from a chain of a year: a base a day, segments at one interval and on"
            + " the last two days at another; from the opening of the vault to the plan.")
final class RestorePlanBench implements Callable<Integer> {

  private static final Duration DAY = Duration.ofDays(1);

  @Option(names = "--days", defaultValue = "365", description = "Of the chain (default: 365).")
  private int days;

  @Option(
      names = "--every",
      defaultValue = "300",
      description = "Seconds between segments (default: 300).")
  private int every;

  @Option(
      names = "--lately",
      defaultValue = "2",
      description = "Seconds between those of the last two days (default: 2).")
  private int lately;

  @Option(names = "--runs", defaultValue = "3", description = "Of each (default: 3).")
  private int runs;

  @Option(names = "--dir", description = "For all data (default: a temporary folder).")
  private @Nullable Path dir;

  private final SigningKey signer = SigningKey.generate();
  private final HybridIdentity identity = Identity.generate().trusting(Set.of(signer.publicKey()));

  @Override
  public Integer call() throws Exception {
    Path root = dir == null ? Files.createTempDirectory("holdfast-bench-") : dir;
    // On the last day half of it is over, and ten minutes of its last hour.
    Instant begin = Instant.parse("2025-11-01T00:00:00Z");
    try (EmbeddedS3 s3 = EmbeddedS3.start(EmbeddedS3.Endpoint.in(root.resolve("s3"), "bench"));
        ObjectStore inFolder =
            ObjectStores.open(
                VaultUrl.parse("file:" + Files.createDirectories(root.resolve("vault"))),
                Optional.empty());
        ObjectStore inS3 =
            ObjectStores.open(
                VaultUrl.parse(s3.vaultUrl(0, "bench")),
                Optional.of(
                    new StoreCredentials(
                        s3.endpoints().getFirst().accessKey(),
                        s3.endpoints().getFirst().secretKey())));
        SyntheticChain chain =
            new SyntheticChain(new MemoryObjectStore(), identity, signer, begin)) {
      for (int day = 1; day <= days; day++) {
        chain.base();
        Duration interval = Duration.ofSeconds(day < days - 1 ? every : lately);
        Duration length = day < days ? DAY : Duration.ofMinutes(12 * 60 + 10);
        chain.segments(Math.toIntExact(length.dividedBy(interval)), interval);
      }
      chain.index(chain.now());
      chain.copyTo(inFolder);
      chain.copyTo(inS3);
      Instant end = chain.now();
      System.out.printf(
          Locale.ROOT,
          "chain: %d manifests of %d days, a base a day, a segment every %d s, on the last two days"
              + " every %d s; %d processors, %d MiB heap%n",
          VaultReader.headOf(chain.store(), SyntheticChain.SOURCE),
          days,
          every,
          lately,
          Runtime.getRuntime().availableProcessors(),
          Runtime.getRuntime().maxMemory() >> 20);
      System.out.println(Figures.header());
      for (ObjectStore store : List.of(chain.store(), inFolder, inS3)) {
        String place = store == inS3 ? "S3" : store == inFolder ? "folder" : "memory";
        plan(place + ": the newest moment", store, new RestoreTarget.Latest(), end);
        plan(place + ": noon yesterday", store, at(end.minus(DAY)), end);
        plan(
            place + ": half the chain ago", store, at(begin.plus(DAY.multipliedBy(days / 2))), end);
      }
    } finally {
      Folders.delete(root);
    }
    return 0;
  }

  private static RestoreTarget at(Instant moment) {
    return new RestoreTarget.AtTime(moment);
  }

  private void plan(String name, ObjectStore store, RestoreTarget target, Instant now) {
    Figures figures = new Figures(name);
    String plan = "";
    for (int run = 0; run <= runs; run++) {
      long begun = System.nanoTime();
      try (VaultReader vault = VaultReader.open(store, identity.trustedSigners())) {
        SourceChain chain = SourceChain.in(vault, SyntheticChain.SOURCE);
        List<ChainLink> outline = chain.outline();
        RestorePlan found = OutlinePlanner.plan(chain, SyntheticChain.SOURCE, outline, target, now);
        if (!(found instanceof RestorePlan.Reachable)) {
          throw new IllegalStateException(found.describe());
        }
        plan = found.describe();
      }
      figures.addAfterFirst(run, Duration.ofNanos(System.nanoTime() - begun));
    }
    System.out.println(figures.row());
    System.out.println("  " + plan);
  }
}
