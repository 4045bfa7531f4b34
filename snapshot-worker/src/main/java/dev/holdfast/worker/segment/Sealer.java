/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.changes.ChangeRecord.SequenceState;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.segment.BodyUploads.Upload;
import dev.holdfast.worker.segment.Expectations.Difference;
import dev.holdfast.worker.segment.SealCheck.Settled;
import dev.holdfast.worker.segment.SealCheck.Verdict;
import dev.holdfast.worker.stream.ChangeStream.Receipt;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Seals what the assembler hands over, one segment after the other. The order is the safety: bodies
 * are stored, then the manifest that names them, then the slot may forget, then the world is told.
 */
public final class Sealer {

  /** How sealing ended. */
  public sealed interface Outcome {
    /** All that the assembler had is sealed. */
    record Drained() implements Outcome {}

    /** The slot is not the chain's any more; what was not sealed is thrown away. */
    record Broken(String reason) implements Outcome {}
  }

  /** Asked before a segment with commits is sealed. */
  public interface SequenceSource {
    /** Sequences that have moved since they were asked for last; empty when they cannot be read. */
    List<SequenceState> changed();
  }

  private final SegmentAssembler assembler;
  private final Chain chain;
  private final Coverage coverage;
  private final SealCheck check;
  private final SequenceSource sequences;
  private final Consumer<Receipt> acknowledge;
  private final Breaks breaks;
  private final Runnable broken;
  private final int epoch;
  private final Position start;
  private final Lsn sure;
  private final InstantSource clock;

  /** The newest position at which the source's definitions were those of the base. */
  private volatile Lsn clean;

  /**
   * @param start where the stream goes on: system and timeline for every segment of it
   * @param sure from here on positions are on that timeline
   * @param clean everything up to here is known to fit to the newest base
   * @param acknowledge moves the slot
   * @param broken told when it is recorded that the newest base cannot take what follows
   */
  public Sealer(
      SegmentAssembler assembler,
      Chain chain,
      Coverage coverage,
      SealCheck check,
      SequenceSource sequences,
      Consumer<Receipt> acknowledge,
      Breaks breaks,
      Runnable broken,
      int epoch,
      Position start,
      Lsn sure,
      Lsn clean,
      InstantSource clock) {
    this.assembler = assembler;
    this.chain = chain;
    this.coverage = coverage;
    this.check = check;
    this.sequences = sequences;
    this.acknowledge = acknowledge;
    this.breaks = breaks;
    this.broken = broken;
    this.epoch = epoch;
    this.start = start;
    this.sure = sure;
    this.clean = clean;
    this.clock = clock;
  }

  /** Seals until the assembler's stream has ended. */
  public Outcome run() throws InterruptedException {
    for (Optional<SealItem> item = assembler.next(); item.isPresent(); item = assembler.next()) {
      switch (item.get()) {
        case SealItem.Segment(OpenSegment segment) -> {
          Verdict verdict = check.check(segment.through());
          if (verdict instanceof Verdict.Broken(String reason)) {
            segment.abandon();
            assembler.abandon();
            return new Outcome.Broken(reason);
          }
          seal(segment, verdict);
          switch (check.settle(segment.through())) {
            case Settled.Nothing _ -> {}
            case Settled.Recorded _ -> cleanUpTo(segment.through());
            case Settled.NotCovered(String reason) -> unnoted(reason, List.of());
          }
        }
        case SealItem.Mismatch(Difference difference) ->
            unnoted(difference.reason(), List.of(difference));
      }
    }
    return new Outcome.Drained();
  }

  /** A new base stands here and fits the source as it is. */
  public void cleanUpTo(Lsn position) {
    clean = clean.max(position);
  }

  private void seal(OpenSegment segment, Verdict verdict) throws InterruptedException {
    if (segment.hasBody()) {
      sequences.changed().forEach(segment::write);
    }
    List<ObjectRef> bodies = new ArrayList<>();
    for (Upload upload : segment.finish()) {
      bodies.add(upload.await());
    }
    if (segment.redefinition().isPresent()) {
      // Before the segment too: nothing after it may be offered with the definitions before it.
      CommitPoint commit = segment.redefinition().get();
      chain.append(
          new ChainEntry.SchemaRecorded(
              epoch,
              start.at(commit.end()),
              commit.xid(),
              clock.instant(),
              Optional.empty(),
              Optional.empty(),
              List.of()));
    }
    if (verdict instanceof Verdict.Changed(String reason)) {
      // Before the segment: at no moment may the chain offer what the base cannot take.
      unnoted(reason, List.of());
    }
    Instant covered = coverage.coveredBy(segment.through());
    chain.append(
        new ChainEntry.SegmentSealed(
            epoch,
            start.timeline(),
            segment.from(),
            segment.through(),
            segment.firstCommit(),
            segment.lastCommit(),
            segment.earliest(),
            segment.latest(),
            covered,
            segment.transactions(),
            segment.changes(),
            bodies,
            verdict instanceof Verdict.Clean ? Optional.of(segment.through()) : Optional.empty()));
    if (verdict instanceof Verdict.Clean) {
      cleanUpTo(segment.through());
    }
    segment.receipt().ifPresent(acknowledge);
  }

  private void unnoted(String reason, List<Difference> tables) throws InterruptedException {
    Optional<Position> known =
        chain
            .state()
            .schema()
            .unnotedSince()
            .filter(since -> since.lsn().equals(clean.next()))
            .map(since -> since.at(clean));
    if (known.isEmpty() && clean.isBefore(sure)) {
      // On which timeline that is, the stream does not tell.
      breaks.hole(start.at(clean), reason);
    } else {
      breaks.unnoted(known.orElse(start.at(clean)), reason, tables);
    }
    broken.run();
  }
}
