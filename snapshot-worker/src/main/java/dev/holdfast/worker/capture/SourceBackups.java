/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.events.AuditEvent;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseExporter;
import dev.holdfast.postgres.base.BaseOptions;
import dev.holdfast.postgres.base.BaseProgress;
import dev.holdfast.postgres.base.CatalogFingerprint;
import dev.holdfast.postgres.base.CatalogState;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.ddl.DdlLog;
import dev.holdfast.postgres.ddl.DdlTriggers;
import dev.holdfast.postgres.proof.ContentProbe;
import dev.holdfast.worker.capture.SourceCapture.NamedPoint;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.chain.ChainState;
import dev.holdfast.worker.segment.Breaks;
import dev.holdfast.worker.segment.Expectations.Difference;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is put into a source's open vault beside its stream: bases, bases of tables, definitions,
 * restore points, hashes of content, keys. It outlives every single stream.
 */
final class SourceBackups {

  private static final Logger LOG = LoggerFactory.getLogger(SourceBackups.class);

  private final CaptureContext context;
  private final SourceCapture capture;
  private final VaultAccess.Opened vault;
  private final Breaks breaks;
  private final BaseTimes baseTimes = new BaseTimes();
  private final BaseKeeper bases;
  private final TableBaseKeeper tableBases;
  private final ContentHashing hashing;
  private final NamedPoints points;
  private final KeyRotation keys;
  private final KeyTeller keyTeller;

  SourceBackups(
      CaptureContext context, SourceCapture capture, VaultAccess.Opened vault, KeyAges keyAges) {
    this.context = context;
    this.capture = capture;
    this.vault = vault;
    this.breaks = new Breaks(vault.chain(), capture.expectations(), context.clock());
    this.keyTeller =
        new KeyTeller(
            context.source(),
            vault.writer(),
            keyAges,
            context.clock(),
            told -> context.announce().accept(told));
    this.keys = new KeyRotation(vault.writer(), keyAges, context.clock(), this::keyRotated);
    this.bases =
        new BaseKeeper(
            this::exporter,
            vault.writer(),
            vault.chain(),
            capture.storeRetry(),
            snapshot -> keep(snapshot.state()),
            this::baseSealed);
    this.tableBases =
        new TableBaseKeeper(
            this::exporter,
            vault.writer(),
            vault.chain(),
            capture.storeRetry(),
            new Redefinition(context, capture, this),
            context.clock());
    this.points = new NamedPoints(vault.chain(), vault.outline());
    this.hashing =
        new ContentHashing(
            this::exporter,
            vault.writer(),
            vault.chain(),
            capture.storeRetry(),
            context.settings().proof(),
            context.clock());
  }

  VaultAccess.Opened vault() {
    return vault;
  }

  Chain chain() {
    return vault.chain();
  }

  Breaks breaks() {
    return breaks;
  }

  KeyRotation keys() {
    return keys;
  }

  /** Also where the source is away: what is in the vault is opened with it. */
  void tellKey() {
    keyTeller.look();
  }

  /** How far the base is that is being taken. */
  Optional<BaseProgress> progress() {
    return bases.progress();
  }

  BaseExporter exporter() {
    return new BaseExporter(
        context.connections().named("holdfast-base"),
        context.scope(),
        context.slot(),
        BaseOptions.DEFAULT
            .withParallelism(context.settings().baseParallelism())
            .withPatience(context.settings().lockPatience()),
        context.clock());
  }

  /** Takes the snapshot that opens an epoch, and its slot. */
  TakenSnapshot openSlot() {
    return exporter().takeWithSlot(context.slot());
  }

  /** Takes the first base of an epoch from the snapshot of its slot. */
  void firstBase(TakenSnapshot snapshot) {
    CompletableFuture<SealedBase> _ = takeBase(newBaseId(), Optional.of(snapshot));
  }

  private String newBaseId() {
    return "base-"
        + context.clock().instant().getEpochSecond()
        + "-"
        + HexFormat.of().toHexDigits((int) ThreadLocalRandom.current().nextLong());
  }

  CompletableFuture<SealedBase> takeBase(String id, Optional<TakenSnapshot> snapshot) {
    return bases
        .take(id, snapshot)
        .whenComplete(
            (base, failure) -> {
              if (failure == null) {
                baseTimes.succeeded();
              } else {
                baseTimes.failed(
                    context.clock().instant(), ThreadLocalRandom.current().nextDouble(), failure);
              }
              capture.wake();
            });
  }

  /** The base's snapshot fits what the stream brings after it. */
  private void baseSealed(TakenSnapshot snapshot) {
    if (chain().state().needsBase()) {
      // A hole was recorded while it was taken: it does not close it.
      return;
    }
    baseTimes.sealed(context.clock().instant());
    try {
      fits(snapshot.state(), snapshot.position());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceLostException("the base was given up", e);
    }
    forget(snapshot);
  }

  /**
   * From {@code position} on the stream must bring what {@code state} shows. What it has brought
   * and what was sealed so far nobody has compared with that: where it is not so, nothing after the
   * position is offered.
   */
  void fits(CatalogState state, Position position) throws InterruptedException {
    capture.cleanUpTo(position);
    List<Difference> late = capture.expectations().expect(state, position.lsn());
    if (!late.isEmpty()) {
      breaks.unnoted(position, late.getFirst().reason(), late);
    } else if (isChangedAgain(state)) {
      breaks.unnoted(
          position, "definitions were changed again before they were recorded", List.of());
    }
  }

  /** Where changes are noted, the stream tells. Who cannot be asked may have changed. */
  private boolean isChangedAgain(CatalogState state) {
    try (Connection connection = context.connections().named("holdfast-base").primary().open()) {
      return !DdlTriggers.active(connection)
          && !CatalogFingerprint.read(connection, context.scope())
              .rows()
              .equals(state.fingerprint().rows());
    } catch (SQLException | PostgresException e) {
      LOG.warn("definitions of {} cannot be looked at again: {}", context.source(), e.getMessage());
      return true;
    }
  }

  /** For whoever has to say what was changed since; before the chain names it. */
  private void keep(CatalogState base) {
    try (Connection connection = context.connections().named("holdfast-base").primary().open()) {
      base.save(connection);
    } catch (SQLException | PostgresException e) {
      LOG.warn(
          "the definitions of {} at the newest base cannot be kept there; if they change and nothing"
              + " notes it, a new base is taken: {}",
          context.source(),
          e.getMessage());
    }
  }

  /** What the source keeps of before a snapshot whose definitions are in the chain. */
  void forget(TakenSnapshot base) {
    try (Connection connection = context.connections().named("holdfast-base").primary().open()) {
      base.state().forgetOthers(connection);
      // The base has what they tell.
      DdlLog.forget(connection, base.noted());
    } catch (SQLException | PostgresException e) {
      LOG.warn(
          "older definitions of {} cannot be forgotten there: {}",
          context.source(),
          e.getMessage());
    }
  }

  /** Definitions changed that rows do not depend on, and nobody noted it. */
  void definitionsChanged() {
    tableBases.definitionsChanged();
  }

  /** They cannot be recorded without a base of all. */
  void definitionsNeedBase() {
    baseTimes.definitionsChanged();
  }

  /**
   * Starts what has come due.
   *
   * @return what is to be told of the source
   */
  CaptureSignal look() {
    keys.look();
    keyTeller.look();
    ChainState state = chain().state();
    boolean needed = state.needsBase();
    if (baseTimes.due(needed, context.clock().instant()) && !bases.isRunning()) {
      // How it ends is seen at the next look.
      CompletableFuture<SealedBase> _ = takeBase(newBaseId(), Optional.empty());
    }
    String lost = tableBases.look(this::newBaseId);
    if (!needed) {
      return new CaptureSignal.Covered("streaming" + lost + baseTimes.trouble());
    }
    String why =
        state
            .hole()
            .map(hole -> "a new base is being taken, because changes after " + hole + " were lost")
            .orElse("the first base is being taken; nothing can be restored before it is sealed");
    return new CaptureSignal.BaseNeeded(why + baseTimes.trouble());
  }

  /** As {@link SourceCapture#restorePoint}. */
  CompletableFuture<NamedPoint> restorePoint(PointRequest request) {
    Instant asked = context.clock().instant();
    // The chain's own threads tell of what is sealed: none of them waits for an append.
    Executor beside = task -> Thread.ofVirtual().name("restore-point").start(task);
    return CompletableFuture.supplyAsync(() -> points.made(request), beside)
        .thenCompose(
            made ->
                made.map(point -> CompletableFuture.completedFuture(new NamedPoint(point, 0)))
                    .orElseGet(
                        () ->
                            capture
                                .seal()
                                .thenApplyAsync(
                                    done ->
                                        new NamedPoint(
                                            points.make(request, done.marked(), asked),
                                            done.bytes()),
                                    beside)));
  }

  /** As {@link SourceCapture#hashContent}. */
  CompletableFuture<HashedContent> hashContent(Map<Long, ContentProbe.Closer> closer) {
    // Whatever the snapshot saw was committed before this seal is asked for.
    return hashing
        .hash(closer)
        .thenCompose(
            stored ->
                capture
                    .seal()
                    .thenApply(
                        point ->
                            new HashedContent(
                                stored.content(), stored.object(), stored.took(), point)));
  }

  private void keyRotated(KeyRotation.Rotated rotated) {
    keyTeller.rotated(rotated);
    context
        .audit()
        .accept(
            new AuditEvent.OperationRecorded(
                "snapshot-worker",
                "rotate-key",
                "source/" + context.source(),
                "completed",
                "data key %s replaces %s (%s)"
                    .formatted(rotated.now().id(), rotated.previous(), rotated.reason()),
                rotated.now().since()));
  }

  /** Gives up what is being taken. */
  void stop() throws InterruptedException {
    bases.stop();
    tableBases.stop();
    hashing.stop();
  }
}
