/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.events.BackupEvent;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.Finding;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.proof.ContentProbe;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.StoreException;
import dev.holdfast.worker.chain.ChainState;
import dev.holdfast.worker.chain.StoreRetry;
import dev.holdfast.worker.segment.Expectations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures one source for as long as the worker lives: looks where to go on, streams, and starts
 * over when something breaks. A broken stream is thrown away whole and rebuilt from the slot.
 */
public final class SourceCapture implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceCapture.class);

  /** A stream that ran this long was not broken from the start. */
  private static final Duration LONG_RUN = Duration.ofSeconds(10);

  private final CaptureContext context;
  private final StoreRetry storeRetry = new StoreRetry(this::storeTrouble);
  private final Expectations expectations = new Expectations();
  private final SealedCommits sealedCommits = new SealedCommits();
  private final Pauses pauses;
  private final SourceExamination examination;
  private final KeyAges keyAges;
  private final SealRequests requests = new SealRequests();
  private final Thread thread;

  private volatile CaptureState state = new CaptureState.Starting("starting");
  private volatile Instant stateSince;
  private volatile Optional<StoreException> storeFailure = Optional.empty();
  private volatile @Nullable SourceBackups backups;
  private volatile @Nullable StreamRun run;
  private volatile boolean stopping;

  private Optional<Instant> waitingSince = Optional.empty();

  public SourceCapture(CaptureContext context) {
    this.context = context;
    this.stateSince = context.clock().instant();
    this.examination = new SourceExamination(context);
    this.pauses = new Pauses(context.settings().retryMost());
    this.keyAges = new KeyAges(context.settings().keyAge());
    this.thread =
        Thread.ofPlatform().name("capture-" + context.source()).daemon().unstarted(this::run);
  }

  public void start() {
    announceState();
    thread.start();
  }

  private void run() {
    try {
      while (!stopping && !(state instanceof CaptureState.Fenced)) {
        signal(new CaptureSignal.Attempting());
        try {
          if (attempt()) {
            pauses.succeeded();
          }
        } catch (RuntimeException e) {
          failed(e);
        }
        Thread.sleep(pauses.next(state, ThreadLocalRandom.current().nextDouble()));
      }
    } catch (InterruptedException e) {
      if (!stopping) {
        throw new IllegalStateException("the capture's thread was interrupted", e);
      }
    }
  }

  private void failed(Throwable failure) {
    LOG.debug("capture of {} failed", context.source(), failure);
    signal(Failures.signal(failure));
  }

  /**
   * One look and, if that says so, one stream; returns when the stream has ended.
   *
   * @return whether it ran for so long that the next attempt need not wait
   */
  private boolean attempt() throws InterruptedException {
    SourceBackups opened = openVault();
    try (SourceSession session =
        SourceSession.open(
            context.connections(), "holdfast-capture", context.settings().sourceTimeout())) {
      ChainState chain = opened.chain().state();
      SourceView view = session.look(context.slot(), chain.tip());
      Resume resume = ResumeRules.decide(chain, view, session.server().url().database(), patient());
      if (resume instanceof Resume.Wait(String reason)) {
        signal(new CaptureSignal.Lost(reason));
        return true;
      }
      waitingSince = Optional.empty();
      if (resume instanceof Resume.Refuse(String reason, String fix)) {
        throw new PostgresException(PostgresException.Reason.WRONG_SETTING, "slot", reason, fix);
      }
      if (resume instanceof Resume.Restart) {
        Finding.throwFirstError(examination.look());
      }
      StreamRun.Start start = new Opening(context, opened, this, session).open(resume, view);
      Instant began = context.clock().instant();
      stream(opened, session, start);
      return Duration.between(began, context.clock().instant()).compareTo(LONG_RUN) > 0;
    }
  }

  private boolean patient() {
    Instant now = context.clock().instant();
    Instant since = waitingSince.orElse(now);
    waitingSince = Optional.of(since);
    return Duration.between(since, now).compareTo(context.settings().promotionPatience()) < 0;
  }

  private void stream(SourceBackups opened, SourceSession session, StreamRun.Start start)
      throws InterruptedException {
    StreamRun running = new StreamRun(context, this, opened, session, start);
    run = running;
    try {
      switch (running.run()) {
        case StreamRun.End.Lost(Throwable cause) -> failed(cause);
        case StreamRun.End.Broken(String reason) -> {
          // The next look finds the same, records the hole and opens a new epoch.
          LOG.warn("capture of {} starts over: {}", context.source(), reason);
          signal(new CaptureSignal.Lost(reason));
        }
      }
    } finally {
      run = null;
      requests.again();
    }
  }

  private SourceBackups openVault() {
    SourceBackups opened = backups;
    if (opened == null) {
      opened =
          new SourceBackups(
              context, this, context.vault().open(storeRetry, this::appended), keyAges);
      backups = opened;
      opened.tellKey();
    }
    return opened;
  }

  /** From here on all that the source brings is known to fit to the newest base. */
  void cleanUpTo(Position position) {
    StreamRun running = run;
    if (running != null) {
      running.cleanUpTo(position.lsn());
    }
  }

  /** Called while the stream runs, about every second. */
  void streaming() {
    SourceBackups opened = backups;
    if (opened == null) {
      return;
    }
    examination.lookWhenDue();
    CaptureSignal looked = opened.look();
    signal(storeFailure.map(Failures::store).orElse(looked));
  }

  private void appended(Manifest manifest, ChainState chain) {
    ChainEvents.of(manifest).ifPresent(context.announce());
    if (manifest.entry() instanceof ChainEntry.SegmentSealed segment) {
      sealedCommits.sealed(segment);
      requests.sealed(segment, chain.tip().orElseThrow());
    }
  }

  /** Seals everything committed by now; completes when it is in the chain. */
  public CompletableFuture<SealedPoint> seal() {
    CompletableFuture<SealedPoint> sealed = requests.add(context.settings().sealTimeout());
    wake();
    return sealed;
  }

  /**
   * Gives the source's present position a name; completes when that is in the chain. What commits
   * from the call on is not in it.
   */
  public CompletableFuture<NamedPoint> restorePoint(PointRequest request) {
    return whenOpen(opened -> opened.restorePoint(request));
  }

  /**
   * A restore point in the chain.
   *
   * @param bytes stored for it
   */
  public record NamedPoint(ChainEntry.RestorePoint entry, long bytes) {}

  /** Takes a base beside the stream, or joins the one that is being taken. */
  public CompletableFuture<SealedBase> base(String id) {
    return whenOpen(opened -> opened.takeBase(id, Optional.empty()));
  }

  /**
   * Hashes what the source holds at an exact position; completes when it is stored and everything
   * up to there is in the chain.
   *
   * @param closer tables to look at closer, by OID; empty: all are hashed
   */
  public CompletableFuture<HashedContent> hashContent(Map<Long, ContentProbe.Closer> closer) {
    return run == null
        ? notNow("the source is not captured now")
        : whenOpen(opened -> opened.hashContent(closer));
  }

  private <T> CompletableFuture<T> whenOpen(Function<SourceBackups, CompletableFuture<T>> asked) {
    SourceBackups opened = backups;
    return opened == null ? notNow("the vault is not open yet") : asked.apply(opened);
  }

  private <T> CompletableFuture<T> notNow(String why) {
    return CompletableFuture.failedFuture(
        new SourceLostException(why + ": " + state.detail(), null));
  }

  /** How old the data key may get; looked at while the stream runs. */
  public KeyAges keyAges() {
    return keyAges;
  }

  /**
   * Encrypts under a new data key from now on.
   *
   * @param by who asked
   * @return empty when the vault is not open yet
   */
  public Optional<KeyRotation.Rotated> rotateKey(String by) {
    return Optional.ofNullable(backups).map(opened -> opened.keys().rotate(by));
  }

  /**
   * Looks for what would make the source's backup inexact or the source unsafe.
   *
   * @throws PostgresException when the source cannot be asked
   */
  public List<Finding> examine() {
    return examination.look();
  }

  /** Requests whose marker is not in the stream. */
  List<SealRequest> unmarked() {
    return requests.unmarked();
  }

  void markerPassed(String content, Lsn end) {
    requests.passed(content, end);
  }

  void wake() {
    StreamRun running = run;
    if (running != null) {
      running.wake();
    }
  }

  private void storeTrouble(Optional<StoreException> trouble) {
    storeFailure = trouble;
    if (trouble.isPresent()) {
      signal(Failures.store(trouble.get()));
    }
  }

  StoreRetry storeRetry() {
    return storeRetry;
  }

  Expectations expectations() {
    return expectations;
  }

  SealedCommits sealedCommits() {
    return sealedCommits;
  }

  private synchronized void signal(CaptureSignal signal) {
    CaptureState before = state;
    CaptureState after = CaptureTransitions.next(before, signal, context.clock().instant());
    if (after.equals(before)) {
      return;
    }
    state = after;
    if (before.wire() != after.wire()) {
      stateSince = context.clock().instant();
    }
    if (after instanceof CaptureState.Failed || after instanceof CaptureState.Fenced) {
      LOG.error("capture of {} stands still: {}", context.source(), after.detail());
    } else if (after instanceof CaptureState.Interrupted) {
      LOG.warn("capture of {} is interrupted: {}", context.source(), after.detail());
    } else {
      LOG.info(
          "capture of {} is {}: {}",
          context.source(),
          after.wire().name().toLowerCase(Locale.ROOT),
          after.detail());
    }
    announceState();
  }

  private void announceState() {
    CaptureState now = state;
    context
        .announce()
        .accept(
            new BackupEvent.CaptureStateChanged(
                context.source(), now.wire(), now.detail(), context.clock().instant()));
  }

  public CaptureStatus status() {
    SourceBackups opened = backups;
    StreamRun running = run;
    ChainState chain = opened == null ? ChainState.EMPTY : opened.chain().state();
    return new CaptureStatus(
        context.source(),
        state,
        stateSince,
        chain.epoch(),
        chain.tip().map(Position::timeline),
        context.slot(),
        chain
            .tip()
            .map(
                tip ->
                    new CaptureStatus.LastSealed(
                        chain.manifest(), tip, chain.lastCommit(), chain.coveredAt())),
        running == null ? Optional.empty() : Optional.of(running.received()),
        running == null ? Optional.empty() : running.slot().map(slot -> slot.retainedBytes()),
        examination.found(),
        opened == null ? Optional.empty() : opened.progress(),
        opened == null ? Optional.empty() : Optional.of(opened.vault().writer().key()),
        keyAges.most());
  }

  /** Stops. What is not sealed stays in the slot. */
  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(30));
      SourceBackups opened = backups;
      if (opened != null) {
        opened.stop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    SourceBackups opened = backups;
    if (opened != null) {
      opened.vault().close();
    }
  }
}
