/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.chain.ChainState;
import dev.holdfast.worker.segment.Coverage;
import dev.holdfast.worker.segment.Sealer;
import dev.holdfast.worker.segment.SegmentAssembler;
import dev.holdfast.worker.segment.VaultBodies;
import dev.holdfast.worker.stream.ChangeStream;
import dev.holdfast.worker.stream.ChangeStream.Receipt;
import dev.holdfast.worker.stream.StreamListener;
import dev.holdfast.worker.stream.StreamSource;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a source's stream: from the slot's position until something breaks or it is stopped.
 */
final class StreamRun {

  private static final Logger LOG = LoggerFactory.getLogger(StreamRun.class);

  /** At most this often a marker is written for the sake of an idle or unrelated log. */
  private static final Duration MARKER_PAUSE = Duration.ofSeconds(10);

  /** How a run ended. */
  sealed interface End {
    /** The source or the stream broke; the slot keeps what is not sealed. */
    record Lost(Throwable cause) implements End {}

    /** The slot is not the chain's any more. */
    record Broken(String reason) implements End {}
  }

  /** What wakes the run before its next look at the source. */
  private sealed interface Event {
    record StreamEnded(Optional<Throwable> cause) implements Event {}

    record SealerEnded(Sealer.@Nullable Outcome outcome, @Nullable Throwable cause)
        implements Event {}

    record Woken() implements Event {}
  }

  /**
   * Where a run begins.
   *
   * @param sure from here on positions are on the timeline of {@code position}
   * @param clean everything up to here is known to fit to the newest base
   * @param coveredAt everything committed before this moment is at or before {@code position}
   */
  record Start(int epoch, Position position, Lsn sure, Lsn clean, Instant coveredAt) {}

  private final CaptureContext context;
  private final SourceCapture capture;
  private final Chain chain;
  private final SourceSession session;

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Coverage coverage;
  private final SegmentAssembler assembler;
  private final SourceSealCheck check;
  private final Sealer sealer;
  private final CompletableFuture<ChangeStream> stream = new CompletableFuture<>();

  private Optional<Instant> unanswered = Optional.empty();
  private Instant lastMarker = Instant.MIN;
  private volatile Optional<SlotState> slot = Optional.empty();

  StreamRun(
      CaptureContext context,
      SourceCapture capture,
      SourceBackups backups,
      SourceSession session,
      Start start) {
    this.context = context;
    this.capture = capture;
    this.chain = backups.chain();
    VaultAccess.Opened vault = backups.vault();
    this.session = session;
    this.coverage = new Coverage(start.coveredAt());
    this.assembler =
        new SegmentAssembler(
            context.settings().segments(),
            new VaultBodies(vault.writer(), start.epoch()),
            capture.storeRetry(),
            capture.expectations(),
            context.clock(),
            start.position().lsn(),
            this::markerPassed);
    this.check =
        new SourceSealCheck(
            session.server(),
            context.scope(),
            context.slot(),
            chain,
            capture.expectations(),
            context.settings().sourceTimeout(),
            backups::definitionsChanged,
            new DefinitionsRecorder(
                context,
                session.server(),
                chain,
                capture.expectations(),
                backups.breaks(),
                PatientSink.into(vault.writer(), start.epoch(), capture.storeRetry()),
                start.epoch()));
    this.sealer =
        new Sealer(
            assembler,
            chain,
            coverage,
            check,
            check,
            this::acknowledge,
            backups.breaks(),
            this::wake,
            start.epoch(),
            start.position(),
            start.sure(),
            start.clean(),
            context.clock());
  }

  /**
   * Streams until it ends. What was complete when the source broke is sealed before this returns.
   */
  End run() throws InterruptedException {
    Thread sealing =
        Thread.ofPlatform().name("seal-" + context.source()).daemon().unstarted(this::seal);
    ChangeStream opened =
        context
            .streams()
            .open(
                new StreamSource(
                    context.source().value(),
                    session.server().named("holdfast-stream"),
                    context.slot(),
                    context.slot()),
                new Listener());
    stream.complete(opened);
    sealing.start();
    boolean finished = false;
    try {
      End end = watch();
      // No more comes in; what is complete is sealed at once, while the source may be gone for
      // good. The store may be away too: then this waits for it.
      opened.close();
      assembler.end();
      sealing.join();
      finished = true;
      return sealerFailure().orElse(end);
    } finally {
      if (!finished) {
        assembler.abandon();
        sealing.interrupt();
        opened.close();
        sealing.join(Duration.ofSeconds(20));
      }
      check.close();
    }
  }

  private Optional<End> sealerFailure() {
    return events.stream()
        .filter(Event.SealerEnded.class::isInstance)
        .map(Event.SealerEnded.class::cast)
        .findFirst()
        .flatMap(StreamRun::endOf);
  }

  private static Optional<End> endOf(Event.SealerEnded ended) {
    if (ended.outcome() instanceof Sealer.Outcome.Broken(String reason)) {
      return Optional.of(new End.Broken(reason));
    }
    return ended.cause() == null ? Optional.empty() : Optional.of(new End.Lost(ended.cause()));
  }

  private void seal() {
    try {
      events.add(new Event.SealerEnded(sealer.run(), null));
    } catch (InterruptedException e) {
      events.add(new Event.SealerEnded(null, new SourceLostException("sealing was stopped", e)));
    } catch (RuntimeException e) {
      assembler.abandon();
      events.add(new Event.SealerEnded(null, e));
    }
  }

  private End watch() throws InterruptedException {
    while (true) {
      @Nullable Event event =
          events.poll(context.settings().probe().toMillis(), TimeUnit.MILLISECONDS);
      switch (event) {
        case Event.StreamEnded(Optional<Throwable> cause) -> {
          return new End.Lost(
              cause.orElseGet(() -> new SourceLostException("the stream ended", null)));
        }
        case Event.SealerEnded ended -> {
          return endOf(ended)
              .orElseGet(
                  () -> new End.Lost(new SourceLostException("sealing ended by itself", null)));
        }
        case Event.Woken _ -> {}
        case null -> {}
      }
      Optional<End> end = look();
      if (end.isPresent()) {
        return end.get();
      }
    }
  }

  /** Asks the source how far it is, and does what has come due. */
  private Optional<End> look() {
    Instant at = context.clock().instant();
    try {
      SourceSession.Probe probe = session.probe(context.slot());
      unanswered = Optional.empty();
      slot = probe.slot();
      coverage.probed(at, probe.inserted());
      markers(at, probe.inserted());
    } catch (PostgresException e) {
      Instant since = unanswered.orElse(at);
      unanswered = Optional.of(since);
      if (Duration.between(since, context.clock().instant())
                  .compareTo(context.settings().sourceTimeout())
              >= 0
          || e.reason() == PostgresException.Reason.UNREACHABLE) {
        return Optional.of(new End.Lost(e));
      }
    }
    capture.streaming();
    return Optional.empty();
  }

  /** Writes the markers that somebody waits for, or that keep an idle slot moving. */
  private void markers(Instant now, Lsn inserted) {
    for (SealRequest request : capture.unmarked()) {
      request.marked();
      session.emit(request.token());
      lastMarker = now;
    }
    ChainState state = chain.state();
    boolean idleTooLong =
        state
            .coveredAt()
            .map(covered -> !now.isBefore(covered.plus(context.settings().idleSeal())))
            .orElse(true);
    boolean pinning =
        inserted.isAfter(chain.tip().lsn())
            && inserted.bytesSince(chain.tip().lsn()) >= context.settings().pinnedBytes();
    // Whatever could not be recorded yet is tried again after the next seal.
    boolean unsettled =
        capture.expectations().state().isPresent() && !capture.expectations().open().isEmpty();
    if ((idleTooLong || pinning || unsettled) && !now.isBefore(lastMarker.plus(MARKER_PAUSE))) {
      lastMarker = now;
      session.emit(
          "keep-"
              + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
              + "-"
              + now.toEpochMilli());
    }
  }

  /** Called on the stream's thread. */
  private void markerPassed(String content, Lsn end) {
    capture.markerPassed(content, end);
    assembler.sealThrough(end);
  }

  private void acknowledge(Receipt receipt) {
    ChangeStream running = stream.getNow(null);
    if (running != null) {
      running.acknowledge(receipt);
    }
  }

  /** A base stands at {@code position} and fits the source as it was there. */
  void cleanUpTo(Lsn position) {
    sealer.cleanUpTo(position);
  }

  void wake() {
    events.add(new Event.Woken());
  }

  Lsn received() {
    return assembler.received();
  }

  Optional<SlotState> slot() {
    return slot;
  }

  private final class Listener implements StreamListener {
    @Override
    public void messages(ByteBuffer pack, Optional<Receipt> end) throws InterruptedException {
      assembler.messages(pack, end);
    }

    @Override
    public void ended(Optional<Throwable> cause) {
      LOG.debug("the stream of {} ended", context.source());
      events.add(new Event.StreamEnded(cause));
    }
  }
}
