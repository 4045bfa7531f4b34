/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.changes;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.changes.ChangeRecord.Column;
import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.ChangeRecord.Relation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Writes change records into one body. Every body explains itself: a relation is written before its
 * first use in the body, from what the stream has shown so far. Not for use by several threads at
 * once.
 */
public final class ChangeRecordWriter implements AutoCloseable {

  private static final int BUFFER = 64 * 1024;

  /** Bytes of a record that is written without being gathered with others. */
  private static final int HUGE = 16 * BUFFER;

  private final OutputStream out;
  private final Relations relations;
  private final Set<Long> written = new HashSet<>();

  /** Whole records that are not yet handed on. */
  private byte[] buffer = new byte[BUFFER];

  private int filled;

  /** Body of the record that is being put together; its length has to be known before. */
  private byte[] record = new byte[4 * 1024];

  private int length;
  private long bytes;
  private long records;

  /**
   * @param out closed by {@link #close()}
   * @param relations what the stream has shown before this body
   */
  public ChangeRecordWriter(OutputStream out, Relations relations) {
    this.out = out;
    this.relations = relations;
    for (byte b : ChangeFormat.MAGIC) {
      buffer[filled++] = b;
    }
    buffer[filled++] = ChangeFormat.VERSION;
    bytes = filled;
  }

  /**
   * Adds a record. A {@link Relation} is remembered and written before its next use.
   *
   * @throws IllegalStateException when a record uses a relation that the stream has not shown
   */
  public void write(ChangeRecord change) throws IOException {
    switch (change) {
      case Relation relation -> {
        Optional<Relation> before = relations.put(relation);
        if (before.isEmpty() || !before.get().equals(relation)) {
          written.remove(relation.oid());
        }
      }
      case ChangeRecord.Begin begin -> {
        start(ChangeFormat.BEGIN);
        putVarint(begin.xid());
        putTime(begin.commitTime());
        putLsn(begin.finalLsn());
        finish();
      }
      case ChangeRecord.Commit commit -> {
        start(ChangeFormat.COMMIT);
        putLsn(commit.commitLsn());
        putLsn(commit.endLsn());
        putTime(commit.time());
        finish();
      }
      case ChangeRecord.Insert insert -> {
        use(insert.relation());
        start(ChangeFormat.INSERT);
        putVarint(insert.relation());
        putTuple(insert.row());
        finish();
      }
      case ChangeRecord.Update update -> {
        use(update.relation());
        start(ChangeFormat.UPDATE);
        putVarint(update.relation());
        if (update.old().isPresent()) {
          putOld(update.old().get());
        } else {
          put(ChangeFormat.OLD_NONE);
        }
        putTuple(update.row());
        finish();
      }
      case ChangeRecord.Delete delete -> {
        use(delete.relation());
        start(ChangeFormat.DELETE);
        putVarint(delete.relation());
        putOld(delete.old());
        finish();
      }
      case ChangeRecord.Truncate truncate -> {
        for (long oid : truncate.relations()) {
          use(oid);
        }
        start(ChangeFormat.TRUNCATE);
        put(
            (truncate.cascade() ? ChangeFormat.CASCADE : 0)
                | (truncate.restartIdentity() ? ChangeFormat.RESTART_IDENTITY : 0));
        putVarint(truncate.relations().size());
        for (long oid : truncate.relations()) {
          putVarint(oid);
        }
        finish();
      }
      case ChangeRecord.SequenceState state -> {
        start(ChangeFormat.SEQUENCE_STATE);
        putText(state.schema());
        putText(state.name());
        putLong(state.lastValue());
        put(state.called() ? 1 : 0);
        finish();
      }
      case ChangeRecord.Message message -> {
        start(ChangeFormat.MESSAGE);
        put(message.transactional() ? 1 : 0);
        putLsn(message.lsn());
        putText(message.prefix());
        putBytes(message.content());
        finish();
      }
    }
  }

  /** Plain bytes of this body so far, header included. */
  public long bytes() {
    return bytes;
  }

  /** Records of this body so far, repeated relations included. */
  public long records() {
    return records;
  }

  /** Hands on what is buffered. */
  public void flush() throws IOException {
    out.write(buffer, 0, filled);
    filled = 0;
    out.flush();
  }

  @Override
  public void close() throws IOException {
    try (out) {
      flush();
    }
  }

  private void use(long oid) throws IOException {
    if (!written.add(oid)) {
      return;
    }
    Relation relation =
        relations
            .get(oid)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "a change of relation " + oid + " came before its description"));
    start(ChangeFormat.RELATION);
    putVarint(relation.oid());
    putText(relation.schema());
    putText(relation.name());
    put(relation.identity().code());
    putVarint(relation.columns().size());
    for (Column column : relation.columns()) {
      putText(column.name());
      putVarint(column.typeOid());
      // As unsigned 32 bit: -1 is the common one.
      putVarint(Integer.toUnsignedLong(column.typmod()));
      put(column.key() ? 1 : 0);
    }
    finish();
  }

  private void start(int kind) {
    length = 0;
    put(kind);
  }

  private void finish() throws IOException {
    boolean huge = length > HUGE;
    if (filled + (huge ? 0 : length) + 5 > buffer.length) {
      out.write(buffer, 0, filled);
      filled = 0;
      if (!huge && length + 5 > buffer.length) {
        buffer = new byte[length + 5];
      }
    }
    int before = filled;
    int rest = length;
    while (rest > 0x7F) {
      buffer[filled++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[filled++] = (byte) rest;
    bytes += filled - before + length;
    records++;
    if (!huge) {
      System.arraycopy(record, 0, buffer, filled, length);
      filled += length;
      return;
    }
    // One huge row must not be copied once more, nor hold its memory for the life of the body.
    out.write(buffer, 0, filled);
    filled = 0;
    out.write(record, 0, length);
    record = new byte[BUFFER];
  }

  private void putOld(OldRow old) {
    switch (old) {
      case OldRow.Key key -> {
        put(ChangeFormat.OLD_KEY);
        putTuple(key.values());
      }
      case OldRow.Full full -> {
        put(ChangeFormat.OLD_FULL);
        putTuple(full.values());
      }
    }
  }

  private void putTuple(Tuple tuple) {
    int size = tuple.size();
    // At once: growing step by step would hold a huge row several times.
    reserve(Math.toIntExact(tuple.bytes() + 10L * (size + 1)));
    putVarint(size);
    for (int i = 0; i < size; i++) {
      byte[] value = tuple.raw(i);
      if (value == null) {
        put(ChangeFormat.VALUE_NULL);
      } else if (tuple.isUnchanged(i)) {
        put(ChangeFormat.VALUE_UNCHANGED);
      } else {
        putVarint((long) value.length + ChangeFormat.VALUE_LENGTH_BIAS);
        putRaw(value);
      }
    }
  }

  private void putTime(Instant time) {
    putLong(Math.multiplyExact(time.getEpochSecond(), 1_000_000L) + time.getNano() / 1_000);
  }

  private void putLsn(Lsn lsn) {
    putLong(lsn.value());
  }

  private void putText(String text) {
    putBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private void putBytes(byte[] value) {
    putVarint(value.length);
    putRaw(value);
  }

  private void putRaw(byte[] value) {
    reserve(value.length);
    System.arraycopy(value, 0, record, length, value.length);
    length += value.length;
  }

  private void putLong(long value) {
    reserve(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      record[length++] = (byte) (value >>> shift);
    }
  }

  private void putVarint(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      record[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    record[length++] = (byte) rest;
  }

  private void put(int oneByte) {
    reserve(1);
    record[length++] = (byte) oneByte;
  }

  private void reserve(int more) {
    int needed = Math.addExact(length, more);
    if (needed > record.length) {
      int roomy = record.length > HUGE ? needed : record.length * 2;
      record = Arrays.copyOf(record, Math.max(needed, roomy));
    }
  }
}
