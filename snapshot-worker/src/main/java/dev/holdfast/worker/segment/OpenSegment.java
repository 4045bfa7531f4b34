/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecordWriter;
import dev.holdfast.postgres.changes.Relations;
import dev.holdfast.worker.segment.SegmentBodies.OpenBody;
import dev.holdfast.worker.stream.ChangeStream.Receipt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A segment that is being filled, then one that waits to be sealed. Guarded by its owner: first the
 * assembler, then the sealer.
 */
final class OpenSegment {

  private final Lsn from;
  private final Relations relations;
  private final SegmentBodies bodies;
  private final BodyUploads uploads;

  private final List<BodyUploads.Upload> full = new ArrayList<>();
  private @Nullable OpenBody body;
  private @Nullable ChangeRecordWriter writer;

  private Lsn through;
  private Optional<Receipt> receipt = Optional.empty();
  private @Nullable CommitPoint first;
  private @Nullable CommitPoint last;
  private @Nullable Instant earliest;
  private @Nullable Instant latest;
  private @Nullable Instant firstReceived;
  private Optional<CommitPoint> redefinition = Optional.empty();
  private long transactions;
  private long changes;

  OpenSegment(Lsn from, Relations relations, SegmentBodies bodies, BodyUploads uploads) {
    this.from = from;
    this.through = from;
    this.relations = relations;
    this.bodies = bodies;
    this.uploads = uploads;
  }

  void write(ChangeRecord record) {
    if (writer == null) {
      body = bodies.begin();
      writer = new ChangeRecordWriter(body.out(), relations);
    }
    try {
      writer.write(record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Remembers what a relation looks like from here on. */
  void describe(ChangeRecord.Relation relation) {
    if (writer == null) {
      relations.put(relation);
    } else {
      write(relation);
    }
  }

  /** Counts a transaction whose records are all written. */
  void committed(CommitPoint commit, long itsChanges, Instant received) {
    if (first == null) {
      first = commit;
      firstReceived = received;
    }
    last = commit;
    earliest = earliest == null || commit.time().isBefore(earliest) ? commit.time() : earliest;
    latest = latest == null || commit.time().isAfter(latest) ? commit.time() : latest;
    transactions++;
    changes += itsChanges;
  }

  /** Its only transaction changes definitions. */
  void redefines(CommitPoint commit) {
    redefinition = Optional.of(commit);
  }

  /** The commit that changes definitions, alone in its segment. */
  Optional<CommitPoint> redefinition() {
    return redefinition;
  }

  /** The stream has passed this commit, whether or not it changed anything in scope. */
  void passed(Lsn end, Optional<Receipt> itsReceipt) {
    through = end;
    receipt = itsReceipt;
  }

  /** Bytes that the current body would store; lags behind a little. */
  long storedBytes() {
    return body == null ? 0 : body.storedBytes();
  }

  /** Closes the current body and has it stored; the next record begins another one. */
  void nextBody() throws InterruptedException {
    if (body == null) {
      return;
    }
    flush();
    full.add(uploads.start(body));
    body = null;
    writer = null;
  }

  private void flush() {
    if (writer != null) {
      try {
        writer.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Has the last body stored. Nothing can be written after this. */
  List<BodyUploads.Upload> finish() throws InterruptedException {
    nextBody();
    return full;
  }

  void abandon() {
    if (body != null) {
      body.abandon();
      body = null;
      writer = null;
    }
    full.forEach(BodyUploads.Upload::abandon);
  }

  /** A body has been begun: something of this segment has to be stored. */
  boolean hasBody() {
    return body != null || !full.isEmpty();
  }

  boolean hasCommits() {
    return first != null;
  }

  boolean advanced() {
    return through.isAfter(from);
  }

  Lsn from() {
    return from;
  }

  Lsn through() {
    return through;
  }

  Optional<Receipt> receipt() {
    return receipt;
  }

  /** When its first commit came in, by the worker's clock. */
  Optional<Instant> firstReceived() {
    return Optional.ofNullable(firstReceived);
  }

  Optional<CommitPoint> firstCommit() {
    return Optional.ofNullable(first);
  }

  Optional<CommitPoint> lastCommit() {
    return Optional.ofNullable(last);
  }

  Optional<Instant> earliest() {
    return Optional.ofNullable(earliest);
  }

  Optional<Instant> latest() {
    return Optional.ofNullable(latest);
  }

  long transactions() {
    return transactions;
  }

  long changes() {
    return changes;
  }
}
