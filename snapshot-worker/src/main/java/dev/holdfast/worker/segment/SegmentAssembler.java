/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.Relations;
import dev.holdfast.postgres.ddl.DdlRecord;
import dev.holdfast.postgres.wire.ChangeRecords;
import dev.holdfast.postgres.wire.PgOutputDecoder;
import dev.holdfast.postgres.wire.PgOutputMessage;
import dev.holdfast.worker.chain.StoreRetry;
import dev.holdfast.worker.stream.ChangeStream.Receipt;
import dev.holdfast.worker.stream.RawFrames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the transactions of one stream into segments. The stream's thread fills; the sealer's thread
 * takes what is full or old enough. A segment only ever holds complete transactions, because a
 * transaction joins it when its commit is there; one too large for that begins a segment of its own
 * and is written while it comes, so that those before it need not wait for its end.
 */
public final class SegmentAssembler {

  /** Prefix of our own logical messages in the stream. */
  public static final String MARKER_PREFIX = "holdfast";

  /** Segments that may wait for the sealer before the stream is held back. */
  private static final int WAITING = 2;

  private static final int UPLOADS = 2;

  private final SegmentPolicy policy;
  private final SegmentBodies bodies;
  private final BodyUploads uploads;
  private final Expectations expectations;
  private final InstantSource clock;
  private final BiConsumer<String, Lsn> markerPassed;
  private final Lsn sealed;

  private final Relations relations = new Relations();
  private final Set<Long> own = new HashSet<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Condition work = lock.newCondition();

  private final Deque<SealItem> waiting = new ArrayDeque<>();
  private final TransactionBuffer transaction = new TransactionBuffer();
  private OpenSegment current;

  /** The transaction that is coming in is already being written. */
  private boolean writing;

  /** The transaction that is coming in changes definitions. */
  private boolean redefines;

  /** What rows of {@code holdfast.ddl} look like; null before the first one. */
  private ChangeRecord.@Nullable Relation ddl;

  private long changes;
  private Optional<Lsn> sealThrough = Optional.empty();
  private boolean ended;

  /** Read without the lock, which is held while the store holds the stream back. */
  private volatile Lsn received;

  /**
   * @param sealed everything that ends at or before is in the chain already: the stream may repeat
   *     it, and it is dropped
   * @param markerPassed told the content of our own messages and the end of their commits
   */
  public SegmentAssembler(
      SegmentPolicy policy,
      SegmentBodies bodies,
      StoreRetry retry,
      Expectations expectations,
      InstantSource clock,
      Lsn sealed,
      BiConsumer<String, Lsn> markerPassed) {
    this.policy = policy;
    this.bodies = bodies;
    this.uploads = new BodyUploads(retry, UPLOADS);
    this.expectations = expectations;
    this.clock = clock;
    this.sealed = sealed;
    this.received = sealed;
    this.markerPassed = markerPassed;
    this.current = new OpenSegment(sealed, relations, bodies, uploads);
  }

  /** Takes a pack from the stream. */
  public void messages(ByteBuffer pack, Optional<Receipt> end) throws InterruptedException {
    List<String> markers = new ArrayList<>();
    lock.lockInterruptibly();
    try {
      while (waiting.size() >= WAITING && !ended) {
        room.await();
      }
      if (ended) {
        throw new IllegalStateException("this stream was given up");
      }
      transaction.add(pack);
      boolean repeated = transaction.begin().finalLsn().isBefore(sealed);
      inspect(pack, repeated, markers);
      if (repeated) {
        transaction.drain(raw -> {});
      } else if (writing || transaction.bytes() > policy.bufferBytes()) {
        writeLarge();
      }
      if (end.isPresent()) {
        commit(repeated, end.get());
      }
      work.signalAll();
    } finally {
      lock.unlock();
    }
    end.ifPresent(
        receipt -> markers.forEach(content -> markerPassed.accept(content, receipt.end())));
  }

  /** Learns from a pack what has to be known before any of it is written. */
  private void inspect(ByteBuffer pack, boolean repeated, List<String> markers) {
    RawFrames.forEach(
        pack,
        raw -> {
          switch ((char) raw.get(0)) {
            case 'R' -> relation((PgOutputMessage.Relation) PgOutputDecoder.decode(raw), repeated);
            case 'M' -> {
              if (PgOutputDecoder.decode(raw) instanceof PgOutputMessage.LogicalMessage message
                  && message.prefix().equals(MARKER_PREFIX)) {
                markers.add(new String(message.content(), StandardCharsets.UTF_8));
              }
            }
            case 'I', 'U', 'D' -> {
              long oid = Integer.toUnsignedLong(raw.getInt(1));
              if (!own.contains(oid)) {
                changes++;
              } else if (!repeated) {
                noted(oid, raw);
              }
            }
            case 'T' -> changes++;
            default -> {
              // Begins, commits, origins and types change nothing.
            }
          }
        });
  }

  /** Rows of {@code holdfast.ddl} say what the rows after them look like. */
  private void noted(long oid, ByteBuffer raw) {
    ChangeRecord.Relation described = ddl;
    if (described != null
        && described.oid() == oid
        && PgOutputDecoder.decode(raw) instanceof PgOutputMessage.Insert insert) {
      expectations.noted(DdlRecord.of(described, insert.row()), transaction.begin().finalLsn());
      redefines = true;
    }
  }

  private void relation(PgOutputMessage.Relation message, boolean repeated) {
    ChangeRecord.Relation relation =
        (ChangeRecord.Relation) ChangeRecords.of(message).orElseThrow();
    if (Expectations.isOwn(relation)) {
      own.add(relation.oid());
      if (DdlRecord.isIn(relation)) {
        ddl = relation;
      }
    }
    if (repeated) {
      // It counts for what comes after the repeated transaction, too.
      current.describe(relation);
      return;
    }
    expectations
        .difference(relation, transaction.begin().finalLsn())
        .ifPresent(
            difference -> {
              if (!writing) {
                rotate();
              }
              waiting.add(new SealItem.Mismatch(difference));
            });
  }

  /** Writes what has come of a large transaction, which gets a segment of its own. */
  private void writeLarge() throws InterruptedException {
    if (!writing) {
      if (current.hasCommits()) {
        // Those that are complete need not wait for the end of this one.
        rotate();
      }
      current.write(ChangeRecords.of(transaction.begin()).orElseThrow());
      writing = true;
    }
    transaction.drain(this::write);
    if (current.storedBytes() >= policy.bodyBytes()) {
      current.nextBody();
    }
  }

  private void write(ByteBuffer raw) {
    PgOutputMessage message = PgOutputDecoder.decode(raw);
    switch (message) {
      case PgOutputMessage.Begin _,
          PgOutputMessage.Commit _,
          PgOutputMessage.LogicalMessage _,
          PgOutputMessage.Origin _,
          PgOutputMessage.Type _ -> {
        // Begin and commit are written where the transaction begins and ends; the rest is not ours
        // to keep.
      }
      case PgOutputMessage.Relation relation ->
          current.describe((ChangeRecord.Relation) ChangeRecords.of(relation).orElseThrow());
      case PgOutputMessage.Insert insert -> writeRow(insert.relation(), message);
      case PgOutputMessage.Update update -> writeRow(update.relation(), message);
      case PgOutputMessage.Delete delete -> writeRow(delete.relation(), message);
      case PgOutputMessage.Truncate truncate -> {
        List<Long> others =
            truncate.relations().stream().filter(oid -> !own.contains(oid)).toList();
        if (!others.isEmpty()) {
          current.write(
              new ChangeRecord.Truncate(others, truncate.cascade(), truncate.restartIdentity()));
        }
      }
    }
  }

  private void writeRow(long relation, PgOutputMessage message) {
    boolean note =
        ddl != null && ddl.oid() == relation && message instanceof PgOutputMessage.Insert;
    if (note || !own.contains(relation)) {
      current.write(ChangeRecords.of(message).orElseThrow());
    }
  }

  private void commit(boolean repeated, Receipt receipt) {
    PgOutputMessage.Begin begin = transaction.begin();
    if (!repeated) {
      if (changes > 0 || writing || redefines) {
        if (!writing) {
          if (redefines && current.hasCommits()) {
            // What changes definitions is alone in its segment: they hold from its end on.
            rotate();
          }
          current.write(ChangeRecords.of(begin).orElseThrow());
          transaction.drain(this::write);
        }
        Lsn end = receipt.end();
        current.write(new ChangeRecord.Commit(begin.finalLsn(), end, begin.commitTime()));
        CommitPoint commit = new CommitPoint(end, begin.commitTime(), begin.xid());
        current.committed(commit, changes, clock.instant());
        if (redefines) {
          expectations.committed(begin.xid(), end);
          current.redefines(commit);
        }
      } else {
        // Nothing changed in scope, but relations may have been described.
        transaction.drain(
            raw -> {
              if ((char) raw.get(0) == 'R') {
                write(raw);
              }
            });
      }
      current.passed(receipt.end(), Optional.of(receipt));
      received = receipt.end();
    }
    transaction.clear();
    writing = false;
    changes = 0;
    if (redefines || current.storedBytes() >= policy.bodyBytes()) {
      redefines = false;
      rotate();
    }
  }

  /** Hands the segment to the sealer, if the stream has got further since the last one. */
  private void rotate() {
    if (!current.advanced()) {
      return;
    }
    waiting.add(new SealItem.Segment(current));
    current = new OpenSegment(current.through(), relations, bodies, uploads);
  }

  /**
   * Has everything sealed that the stream has brought up to {@code position}, as soon as it has,
   * even if nothing changed.
   */
  public void sealThrough(Lsn position) {
    lock.lock();
    try {
      if (sealThrough.isEmpty() || sealThrough.get().isBefore(position)) {
        sealThrough = Optional.of(position);
      }
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next thing to seal; empty when the stream has ended and all is taken. What is old
   * enough is taken at once.
   */
  Optional<SealItem> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        SealItem item = waiting.poll();
        if (item != null) {
          room.signalAll();
          return Optional.of(item);
        }
        if (ended) {
          return Optional.empty();
        }
        Duration left = untilDue();
        if (!left.isPositive()) {
          rotate();
          continue;
        }
        work.awaitNanos(left.toNanos());
      }
    } finally {
      lock.unlock();
    }
  }

  private Duration untilDue() {
    if (writing) {
      // Not before its commit is there; then this is called again.
      return Duration.ofHours(1);
    }
    if (sealThrough.isPresent() && !current.through().isBefore(sealThrough.get())) {
      sealThrough = Optional.empty();
      if (current.advanced()) {
        return Duration.ZERO;
      }
    }
    Optional<Instant> first = current.firstReceived();
    if (first.isEmpty()) {
      return Duration.ofHours(1);
    }
    return Duration.between(clock.instant(), first.get().plus(policy.age()));
  }

  /** The stream has got this far, as far as complete transactions go. */
  public Lsn received() {
    return received;
  }

  /**
   * The stream is over: what is complete is handed to the sealer at once, what is not is thrown
   * away.
   */
  public void end() {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      if (writing) {
        // A transaction that is being written is alone in its segment.
        current.abandon();
        current = new OpenSegment(current.from(), relations, bodies, uploads);
      } else {
        rotate();
      }
      ended = true;
      room.signalAll();
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Everything that is not sealed is thrown away; the slot has it still. */
  public void abandon() {
    lock.lock();
    try {
      ended = true;
      current.abandon();
      for (@Nullable SealItem item = waiting.poll(); item != null; item = waiting.poll()) {
        if (item instanceof SealItem.Segment(OpenSegment segment)) {
          segment.abandon();
        }
      }
      room.signalAll();
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
