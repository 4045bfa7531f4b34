/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.events.AuditEvent;
import dev.holdfast.events.BackupEvent;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.Finding;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseExporter;
import dev.holdfast.postgres.base.BaseOptions;
import dev.holdfast.postgres.base.CatalogState;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.ddl.DdlLog;
import dev.holdfast.postgres.proof.ContentProbe;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.StoreException;
import dev.holdfast.worker.chain.ChainState;
import dev.holdfast.worker.chain.StoreRetry;
import dev.holdfast.worker.segment.Breaks;
import dev.holdfast.worker.segment.Expectations;
import dev.holdfast.worker.segment.Expectations.Difference;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
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
  private final BaseTimes baseTimes = new BaseTimes();
  private final Thread thread;

  private volatile CaptureState state = new CaptureState.Starting("starting");
  private volatile Instant stateSince;
  private volatile Optional<StoreException> storeFailure = Optional.empty();
  private volatile VaultAccess.@Nullable Opened vault;
  private volatile @Nullable BaseKeeper bases;
  private volatile @Nullable TableBaseKeeper tableBases;
  private volatile @Nullable ContentHashing hashing;
  private volatile @Nullable NamedPoints points;
  private volatile @Nullable KeyRotation keys;
  private volatile @Nullable StreamRun run;
  private volatile boolean stopping;

  /** The newest position known to fit to the newest base; empty when nobody looked yet. */
  private Optional<Lsn> clean = Optional.empty();

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
    VaultAccess.Opened opened = openVault();
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
      StreamRun.Start start =
          new Opening(context, opened.chain(), this, session).open(resume, view);
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

  private void stream(VaultAccess.Opened opened, SourceSession session, StreamRun.Start start)
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
      clean = Optional.of(running.clean());
      run = null;
      requests.again();
    }
  }

  private VaultAccess.Opened openVault() {
    VaultAccess.@Nullable Opened opened = vault;
    if (opened == null) {
      opened = context.vault().open(storeRetry, this::appended);
      vault = opened;
      VaultAccess.Opened mine = opened;
      keys = new KeyRotation(opened.writer(), keyAges, context.clock(), this::keyRotated);
      bases =
          new BaseKeeper(
              this::exporter,
              opened.writer(),
              opened.chain(),
              storeRetry,
              snapshot -> keep(snapshot.state()),
              snapshot -> baseSealed(mine, snapshot));
      tableBases =
          new TableBaseKeeper(
              this::exporter,
              opened.writer(),
              opened.chain(),
              storeRetry,
              new Redefinition(context, this, mine),
              context.clock());
      points = new NamedPoints(opened.chain(), opened.outline());
      hashing =
          new ContentHashing(
              this::exporter,
              opened.writer(),
              opened.chain(),
              storeRetry,
              context.settings().proof(),
              context.clock());
    }
    return opened;
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

  String newBaseId() {
    return "base-"
        + context.clock().instant().getEpochSecond()
        + "-"
        + HexFormat.of().toHexDigits((int) ThreadLocalRandom.current().nextLong());
  }

  private CompletableFuture<SealedBase> takeBase(String id, Optional<TakenSnapshot> snapshot) {
    BaseKeeper keeper = bases;
    if (keeper == null) {
      snapshot.ifPresent(TakenSnapshot::close);
      return CompletableFuture.failedFuture(
          new SourceLostException("the vault is not open yet: " + state.detail(), null));
    }
    return keeper
        .take(id, snapshot)
        .whenComplete(
            (base, failure) -> {
              if (failure == null) {
                baseTimes.succeeded();
              } else {
                baseTimes.failed(
                    context.clock().instant(), ThreadLocalRandom.current().nextDouble(), failure);
              }
              wake();
            });
  }

  /** The base's snapshot fits what the stream brings after it. */
  private void baseSealed(VaultAccess.Opened opened, TakenSnapshot snapshot) {
    if (opened.chain().state().needsBase()) {
      // A hole was recorded while it was taken: it does not close it.
      return;
    }
    baseTimes.sealed(context.clock().instant());
    List<Difference> late = fits(snapshot.state(), snapshot.position());
    if (!late.isEmpty()) {
      try {
        new Breaks(opened.chain(), expectations, context.clock())
            .unnoted(snapshot.position(), late.getFirst().reason(), late);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SourceLostException("the base was given up", e);
      }
    }
    forget(snapshot);
  }

  /**
   * From {@code position} on the stream must bring what {@code state} shows.
   *
   * @return what it has brought already that is not so
   */
  List<Difference> fits(CatalogState state, Position position) {
    StreamRun running = run;
    if (running != null) {
      running.cleanUpTo(position.lsn());
    }
    return expectations.expect(state, position.lsn());
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

  private void forget(TakenSnapshot base) {
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

  /** Called while the stream runs, about every second. */
  void streaming(StreamRun running) {
    VaultAccess.@Nullable Opened opened = vault;
    BaseKeeper keeper = bases;
    TableBaseKeeper ofTables = tableBases;
    if (opened == null || keeper == null || ofTables == null) {
      return;
    }
    KeyRotation rotation = keys;
    if (rotation != null) {
      rotation.look();
    }
    examination.lookWhenDue();
    ChainState chain = opened.chain().state();
    boolean needed = chain.needsBase();
    if (baseTimes.due(needed, context.clock().instant()) && !keeper.isRunning()) {
      // How it ends is seen at the next look.
      CompletableFuture<SealedBase> _ = takeBase(newBaseId(), Optional.empty());
    }
    String lost = ofTables.look(this::newBaseId);
    Optional<StoreException> failure = storeFailure;
    if (failure.isPresent()) {
      signal(Failures.store(failure.get()));
    } else if (needed) {
      signal(
          new CaptureSignal.BaseNeeded(
              (chain.hole().isPresent()
                      ? "a new base is being taken, because changes after "
                          + chain.hole().get()
                          + " were lost"
                      : "the first base is being taken; nothing can be restored before it is"
                          + " sealed")
                  + baseTimes.trouble()));
    } else {
      signal(new CaptureSignal.Covered("streaming" + lost + baseTimes.trouble()));
    }
  }

  /** Definitions changed that rows do not depend on, and nobody noted it. */
  void definitionsChanged() {
    TableBaseKeeper keeper = tableBases;
    if (keeper != null) {
      keeper.definitionsChanged();
    }
  }

  /** They cannot be recorded without a base of all. */
  void definitionsNeedBase() {
    baseTimes.definitionsChanged();
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
    NamedPoints mine = points;
    if (mine == null) {
      return CompletableFuture.failedFuture(
          new SourceLostException("the vault is not open yet: " + state.detail(), null));
    }
    Instant asked = context.clock().instant();
    // The chain's own threads tell of what is sealed: none of them waits for an append.
    Executor beside = task -> Thread.ofVirtual().name("restore-point").start(task);
    return CompletableFuture.supplyAsync(() -> mine.made(request), beside)
        .thenCompose(
            made ->
                made.map(point -> CompletableFuture.completedFuture(new NamedPoint(point, 0)))
                    .orElseGet(
                        () ->
                            seal()
                                .thenApplyAsync(
                                    done ->
                                        new NamedPoint(
                                            mine.make(request, done.marked(), asked), done.bytes()),
                                    beside)));
  }

  /**
   * A restore point in the chain.
   *
   * @param bytes stored for it
   */
  public record NamedPoint(ChainEntry.RestorePoint entry, long bytes) {}

  /** Takes a base beside the stream, or joins the one that is being taken. */
  public CompletableFuture<SealedBase> base(String id) {
    return takeBase(id, Optional.empty());
  }

  /**
   * Hashes what the source holds at an exact position; completes when it is stored and everything
   * up to there is in the chain.
   *
   * @param closer tables to look at closer, by OID; empty: all are hashed
   */
  public CompletableFuture<HashedContent> hashContent(Map<Long, ContentProbe.Closer> closer) {
    ContentHashing mine = hashing;
    if (mine == null || run == null) {
      return CompletableFuture.failedFuture(
          new SourceLostException("the source is not captured now: " + state.detail(), null));
    }
    // Whatever the snapshot saw was committed before this seal is asked for.
    return mine.hash(closer)
        .thenCompose(
            stored ->
                seal()
                    .thenApply(
                        point ->
                            new HashedContent(
                                stored.content(), stored.object(), stored.took(), point)));
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
    return Optional.ofNullable(keys).map(rotation -> rotation.rotate(by));
  }

  /**
   * Looks for what would make the source's backup inexact or the source unsafe.
   *
   * @throws PostgresException when the source cannot be asked
   */
  public List<Finding> examine() {
    return examination.look();
  }

  private void keyRotated(KeyRotation.Rotated rotated) {
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

  /** Requests whose marker is not in the stream. */
  List<SealRequest> unmarked() {
    return requests.unmarked();
  }

  void markerPassed(String content, Lsn end) {
    requests.passed(content, end);
  }

  private void wake() {
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

  /** Where the newest base is known to fit, as far as this process has looked. */
  Optional<Lsn> clean() {
    return clean;
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
    VaultAccess.@Nullable Opened opened = vault;
    StreamRun running = run;
    BaseKeeper keeper = bases;
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
        keeper == null ? Optional.empty() : keeper.progress(),
        opened == null ? Optional.empty() : Optional.of(opened.writer().key()),
        keyAges.most());
  }

  /** Stops. What is not sealed stays in the slot. */
  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(30));
      BaseKeeper keeper = bases;
      if (keeper != null) {
        keeper.stop();
      }
      TableBaseKeeper ofTables = tableBases;
      if (ofTables != null) {
        ofTables.stop();
      }
      ContentHashing content = hashing;
      if (content != null) {
        content.stop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    VaultAccess.@Nullable Opened opened = vault;
    if (opened != null) {
      opened.close();
    }
  }
}
