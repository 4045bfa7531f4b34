/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.postgres.base.BaseExporter;
import dev.holdfast.postgres.base.ChunkSink;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.proof.ContentProbe;
import dev.holdfast.postgres.proof.ContentRecord;
import dev.holdfast.postgres.proof.ContentRecordJson;
import dev.holdfast.postgres.proof.Pace;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.chain.StoreRetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes what a source holds at an exact position, one at a time, beside whatever else goes on. The
 * snapshot is let go before anything is stored: the source does not wait for the vault.
 */
final class ContentHashing {

  private static final Logger LOG = LoggerFactory.getLogger(ContentHashing.class);

  /** What is stored, before it is sealed. */
  record Stored(ContentRecord content, ObjectRef object, Duration took) {}

  private final Supplier<BaseExporter> exporters;
  private final VaultWriter writer;
  private final Chain chain;
  private final StoreRetry retry;
  private final ProofSettings settings;
  private final InstantSource clock;

  private final OneAtATime thread = new OneAtATime();

  ContentHashing(
      Supplier<BaseExporter> exporters,
      VaultWriter writer,
      Chain chain,
      StoreRetry retry,
      ProofSettings settings,
      InstantSource clock) {
    this.exporters = exporters;
    this.writer = writer;
    this.chain = chain;
    this.retry = retry;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * @param closer tables to look at closer, by OID; empty: all are hashed
   */
  synchronized CompletableFuture<Stored> hash(Map<Long, ContentProbe.Closer> closer) {
    if (thread.isRunning()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("the source is being hashed already"));
    }
    String proof =
        "proof-"
            + clock.instant().getEpochSecond()
            + "-"
            + HexFormat.of().toHexDigits((int) ThreadLocalRandom.current().nextLong());
    CompletableFuture<Stored> result = new CompletableFuture<>();
    thread.start(
        proof,
        () -> {
          try {
            result.complete(run(proof, closer));
          } catch (RuntimeException e) {
            LOG.warn("{} failed: {}", proof, e.getMessage());
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private Stored run(String proof, Map<Long, ContentProbe.Closer> closer) {
    long began = System.nanoTime();
    ContentRecord content;
    try (TakenSnapshot snapshot = exporters.get().takeBesideSlot()) {
      content =
          new ContentProbe(
                  proof,
                  closer,
                  settings.parallelism(),
                  new Pace(settings.bytesPerSecond(), settings.most()))
              .read(snapshot);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    try (ChunkSink.Chunk body =
        PatientSink.into(writer, chain.state().epoch(), retry).begin(ObjectKind.CONTENT)) {
      ContentRecordJson.write(content, body);
      return new Stored(content, body.finish(), took);
    } catch (IOException e) {
      throw new UncheckedIOException("storing what the source holds", e);
    }
  }

  /** Gives up what is being hashed. */
  void stop() throws InterruptedException {
    thread.stop();
  }
}
