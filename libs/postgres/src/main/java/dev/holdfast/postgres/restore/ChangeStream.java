/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecordReader;
import dev.holdfast.postgres.restore.RestorePlan.Part;
import dev.holdfast.postgres.restore.RestorePlan.Reachable;
import dev.holdfast.postgres.restore.RestorePlan.StopRule;
import dev.holdfast.vault.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a plan's segments in order and hands on the complete transactions that it asks for. */
final class ChangeStream {

  /**
   * Where the stream ended.
   *
   * @param last newest commit that was handed on; empty when there was none
   * @param reached exactly the commits that end at or before it were handed on, the base's included
   */
  record End(Optional<CommitPoint> last, Position reached) {}

  private final Reachable plan;
  private final Function<ObjectRef, InputStream> source;
  private final ChangeFold fold;
  private @Nullable CommitPoint last;
  private Position lastPosition;
  private boolean stopped;
  private boolean leftOut;

  /**
   * @param source opens bodies, which are asked for in about the order of the plan
   */
  ChangeStream(Reachable plan, Function<ObjectRef, InputStream> source, ChangeFold fold) {
    this.plan = plan;
    this.source = source;
    this.fold = fold;
    this.lastPosition = plan.base().position();
  }

  End read() {
    for (Part part : plan.parts()) {
      if (stopped) {
        break;
      }
      try {
        read(part);
      } catch (IOException e) {
        throw new UncheckedIOException("reading segment " + part.segment().from(), e);
      }
    }
    if (plan.target() instanceof RestoreTarget.Without without && !leftOut) {
      throw new PostgresException(
          PostgresException.Reason.FAILED,
          "except-xid",
          "transaction "
              + without.transaction().xid()
              + " is not before the target "
              + without.moment()
              + ": there is nothing to leave out",
          "restore without except-xid, or to a later target");
    }
    boolean early = stopped && plan.stop() instanceof StopRule.BeforeLaterThan;
    return new End(Optional.ofNullable(last), early ? lastPosition : plan.end().position());
  }

  /** One transaction at a time; may go on from one body to the next. */
  private void read(Part part) throws IOException {
    Lsn limit = firstCommitRecordBeyond(part);
    ChangeRecord.@Nullable Begin open = null;
    for (ObjectRef body : part.segment().bodies()) {
      try (ChangeRecordReader reader = new ChangeRecordReader(source.apply(body))) {
        for (ChangeRecord record = reader.next(); record != null; record = reader.next()) {
          switch (record) {
            case ChangeRecord.Begin begin -> {
              open = belongs(begin, part, limit) ? begin : null;
              boolean leaving = open != null && isLeftOut(begin);
              leftOut |= leaving;
              fold.begin(begin.finalLsn(), leaving);
            }
            case ChangeRecord.Commit commit -> {
              if (open != null) {
                requireKnown(commit);
                last = new CommitPoint(commit.endLsn(), commit.time(), open.xid());
                lastPosition =
                    new Position(
                        lastPosition.systemId(), part.segment().timeline(), commit.endLsn());
              }
              open = null;
            }
            case ChangeRecord.Relation relation -> fold.relation(relation);
            // States are read after the transactions before them, so those that follow the target
            // count too: a sequence may be ahead, never behind.
            case ChangeRecord.SequenceState state -> fold.sequence(state);
            case ChangeRecord.Message _ -> {}
            case ChangeRecord.RowChange change -> {
              if (open != null) {
                fold.change(change);
              }
            }
            case ChangeRecord.Truncate truncate -> {
              if (open != null) {
                fold.change(truncate);
              }
            }
          }
        }
      }
    }
    if (open != null) {
      throw new PostgresException(
          PostgresException.Reason.DAMAGED,
          null,
          "the segment up to " + part.segment().through() + " ends inside of a transaction",
          "restore to a target before " + part.segment().from() + " and report this");
    }
  }

  private boolean isLeftOut(ChangeRecord.Begin begin) {
    return plan.target() instanceof RestoreTarget.Without without
        && without.transaction().record().equals(begin.finalLsn());
  }

  /** The plan knows every change of definitions that the stream holds, and where it is. */
  private void requireKnown(ChangeRecord.Commit commit) {
    Lsn known =
        plan.schemas().isEmpty() ? plan.base().position().lsn() : plan.schemas().getLast().lsn();
    if (fold.redefined() && commit.endLsn().isAfter(known)) {
      throw new PostgresException(
          PostgresException.Reason.DAMAGED,
          null,
          "definitions were changed at "
              + commit.endLsn()
              + ", and the chain does not say to what before the target "
              + plan.target(),
          "restore to a target before "
              + commit.time()
              + " or to one that a newer base serves, and report this");
    }
  }

  private boolean belongs(ChangeRecord.Begin begin, Part part, Lsn limit) {
    if (stopped) {
      return false;
    }
    Optional<Instant> notLaterThan =
        plan.stop() instanceof StopRule.BeforeLaterThan rule
            ? Optional.of(rule.time())
            : Optional.empty();
    boolean later = notLaterThan.filter(begin.commitTime()::isAfter).isPresent();
    // A position is the end of a log record: a commit record that begins before it ends there at
    // the latest.
    if (begin.finalLsn().isBefore(part.after())) {
      if (later && part.after().equals(plan.base().position().lsn())) {
        throw new PostgresException(
            PostgresException.Reason.FAILED,
            "target",
            "target "
                + plan.target()
                + " is before the first recovery point: the base at "
                + plan.base().position()
                + " holds a commit of "
                + begin.commitTime(),
            "choose a target at or after " + begin.commitTime());
      }
      return false;
    }
    if (!begin.finalLsn().isBefore(limit)) {
      stopped = isTarget(part);
      return false;
    }
    stopped = later;
    return !later;
  }

  private boolean isTarget(Part part) {
    return plan.stop() instanceof StopRule.AfterLsn rule && rule.lsn().equals(part.limit());
  }

  /**
   * Transactions whose commit record begins here or later are beyond the part's limit. The limits
   * of promotions and holes are ends of log records; an LSN that a person gave may lie inside of a
   * commit record, which only its end tells, so such a segment is read twice.
   */
  private Lsn firstCommitRecordBeyond(Part part) throws IOException {
    boolean inside =
        part.segment()
            .lastCommit()
            .filter(commit -> commit.end().isAfter(part.limit()))
            .isPresent();
    if (!isTarget(part) || !inside) {
      return part.limit();
    }
    List<ObjectRef> bodies = part.segment().bodies();
    for (ObjectRef body : bodies) {
      try (ChangeRecordReader reader = new ChangeRecordReader(source.apply(body))) {
        for (ChangeRecord record = reader.next(); record != null; record = reader.next()) {
          if (record instanceof ChangeRecord.Commit commit
              && commit.endLsn().isAfter(part.limit())) {
            return commit.commitLsn();
          }
        }
      }
    }
    return part.limit();
  }
}
