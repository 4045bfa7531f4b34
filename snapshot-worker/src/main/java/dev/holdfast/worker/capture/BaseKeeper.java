/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.postgres.base.BaseExporter;
import dev.holdfast.postgres.base.BaseProgress;
import dev.holdfast.postgres.base.ExportedBase;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.chain.StoreRetry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a source's base snapshots, one at a time, beside whatever else goes on: a base outlives a
 * stream that is rebuilt.
 */
final class BaseKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(BaseKeeper.class);

  private final Supplier<BaseExporter> exporters;
  private final VaultWriter writer;
  private final Chain chain;
  private final StoreRetry retry;
  private final Consumer<TakenSnapshot> stored;
  private final Consumer<TakenSnapshot> sealed;

  private final OneAtATime thread = new OneAtATime();
  private CompletableFuture<SealedBase> running =
      CompletableFuture.failedFuture(new IllegalStateException("no base was taken yet"));
  private volatile Optional<BaseProgress> progress = Optional.empty();

  /**
   * @param stored told of a base's snapshot when all but its manifest is stored
   * @param sealed told of a base's snapshot when the base is in the chain
   */
  BaseKeeper(
      Supplier<BaseExporter> exporters,
      VaultWriter writer,
      Chain chain,
      StoreRetry retry,
      Consumer<TakenSnapshot> stored,
      Consumer<TakenSnapshot> sealed) {
    this.exporters = exporters;
    this.writer = writer;
    this.chain = chain;
    this.retry = retry;
    this.stored = stored;
    this.sealed = sealed;
  }

  /**
   * Starts a base, or joins the one that is being taken.
   *
   * @param snapshot to take it from; taken over, and closed
   */
  synchronized CompletableFuture<SealedBase> take(String id, Optional<TakenSnapshot> snapshot) {
    if (isRunning()) {
      snapshot.ifPresent(TakenSnapshot::close);
      return running;
    }
    CompletableFuture<SealedBase> result = new CompletableFuture<>();
    running = result;
    thread.start(
        "base-" + id,
        () -> {
          try {
            AtomicReference<Optional<TakenSnapshot>> given = new AtomicReference<>(snapshot);
            result.complete(
                BusySource.untilTaken(id, () -> run(id, given.getAndSet(Optional.empty()))));
          } catch (InterruptedException e) {
            result.completeExceptionally(new SourceLostException("the base was given up", e));
          } catch (RuntimeException e) {
            LOG.warn("the base {} failed: {}", id, e.getMessage());
            result.completeExceptionally(e);
          } finally {
            progress = Optional.empty();
          }
        });
    return result;
  }

  synchronized boolean isRunning() {
    return thread.isRunning() && !running.isDone();
  }

  /** How far the base is that is being taken. */
  Optional<BaseProgress> progress() {
    return progress;
  }

  private SealedBase run(String id, Optional<TakenSnapshot> given) throws InterruptedException {
    BaseExporter exporter = exporters.get();
    int epoch = chain.state().epoch();
    TakenSnapshot taken = given.orElseGet(exporter::takeBesideSlot);
    ExportedBase base;
    // Nobody has to wait for the tables while the store is slow to take the manifest.
    try (TakenSnapshot snapshot = taken) {
      base =
          exporter.export(
              snapshot, PatientSink.into(writer, epoch, retry), p -> progress = Optional.of(p));
    }
    BaseSealed entry =
        new BaseSealed(
            epoch,
            id,
            taken.position(),
            taken.at(),
            taken.fingerprint().text(),
            base.reference(),
            base.objects(),
            base.index().tables().size(),
            base.rows());
    stored.accept(taken);
    chain.append(entry);
    sealed.accept(taken);
    return new SealedBase(
        entry, base.reference().size() + base.objects().stream().mapToLong(ObjectRef::size).sum());
  }

  /** Gives up what is being taken. */
  void stop() throws InterruptedException {
    thread.stop();
  }
}
