/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.changes;

import static dev.holdfast.postgres.changes.ChangeFormat.damaged;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.changes.ChangeRecord.Column;
import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.ChangeRecord.Relation;
import dev.holdfast.postgres.changes.ChangeRecord.ReplicaIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the change records of one body. Anything that is not exactly as the format says is refused
 * with {@link PostgresException.Reason#DAMAGED}; nothing is skipped or guessed.
 */
public final class ChangeRecordReader implements AutoCloseable {

  private final InputStream in;
  private byte[] buffer = new byte[128 * 1024];
  private int position;
  private int filled;

  /** End of the record that is being taken apart, in {@link #buffer}. */
  private int end;

  /**
   * Reads the header.
   *
   * @param in closed by {@link #close()}
   */
  public ChangeRecordReader(InputStream in) throws IOException {
    this.in = in;
    if (!fill(ChangeFormat.MAGIC.length + 1)) {
      throw damaged("it ends inside of its header");
    }
    for (byte b : ChangeFormat.MAGIC) {
      if (buffer[position++] != b) {
        throw damaged("it does not begin with 'HFC'");
      }
    }
    int version = buffer[position++] & 0xFF;
    if (version != ChangeFormat.VERSION) {
      throw new PostgresException(
          PostgresException.Reason.TOO_NEW,
          null,
          "the change stream has format " + version + ", this version reads format 1",
          "use the version of Holdfast that wrote it, or a newer one");
    }
  }

  /** The next record, or null at the end of the body. */
  public @Nullable ChangeRecord next() throws IOException {
    if (!fill(1)) {
      return null;
    }
    int length = recordLength();
    if (!fill(length)) {
      throw damaged("it ends inside of a record");
    }
    end = position + length;
    int kind = get();
    ChangeRecord record =
        switch (kind) {
          case ChangeFormat.BEGIN -> new ChangeRecord.Begin(getVarint(), getTime(), getLsn());
          case ChangeFormat.COMMIT -> new ChangeRecord.Commit(getLsn(), getLsn(), getTime());
          case ChangeFormat.RELATION -> relation();
          case ChangeFormat.INSERT -> new ChangeRecord.Insert(getVarint(), getTuple());
          case ChangeFormat.UPDATE -> new ChangeRecord.Update(getVarint(), getOld(), getTuple());
          case ChangeFormat.DELETE ->
              new ChangeRecord.Delete(
                  getVarint(), getOld().orElseThrow(() -> damaged("a deletion without a row")));
          case ChangeFormat.TRUNCATE -> truncate();
          case ChangeFormat.SEQUENCE_STATE ->
              new ChangeRecord.SequenceState(getText(), getText(), getLong(), getFlag());
          case ChangeFormat.MESSAGE ->
              new ChangeRecord.Message(getFlag(), getLsn(), getText(), getBytes(getLength()));
          default -> throw damaged("record kind " + kind + " is unknown in format 1");
        };
    if (position != end) {
      throw damaged("a record of kind " + kind + " is longer than its content");
    }
    return record;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private Relation relation() {
    long oid = getVarint();
    String schema = getText();
    String name = getText();
    ReplicaIdentity identity;
    try {
      identity = ReplicaIdentity.of((char) get());
    } catch (IllegalArgumentException e) {
      throw damaged(String.valueOf(e.getMessage()));
    }
    int count = getLength();
    List<Column> columns = new ArrayList<>(Math.min(count, 1600));
    for (int i = 1; i <= count; i++) {
      columns.add(new Column(i, getText(), getVarint(), (int) getVarint(), getFlag()));
    }
    return new Relation(oid, schema, name, identity, columns);
  }

  private ChangeRecord.Truncate truncate() {
    int flags = get();
    int count = getLength();
    List<Long> oids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      oids.add(getVarint());
    }
    return new ChangeRecord.Truncate(
        oids, (flags & ChangeFormat.CASCADE) != 0, (flags & ChangeFormat.RESTART_IDENTITY) != 0);
  }

  private Optional<OldRow> getOld() {
    int kind = get();
    return switch (kind) {
      case ChangeFormat.OLD_NONE -> Optional.empty();
      case ChangeFormat.OLD_KEY -> Optional.of(new OldRow.Key(getTuple()));
      case ChangeFormat.OLD_FULL -> Optional.of(new OldRow.Full(getTuple()));
      default -> throw damaged("old row kind " + kind + " is unknown in format 1");
    };
  }

  private Tuple getTuple() {
    int size = getLength();
    @Nullable byte[][] values = new byte[size][];
    for (int i = 0; i < size; i++) {
      long tag = getVarint();
      if (tag == ChangeFormat.VALUE_NULL) {
        values[i] = null;
      } else if (tag == ChangeFormat.VALUE_UNCHANGED) {
        values[i] = Tuple.unchanged();
      } else {
        values[i] = getBytes(tag - ChangeFormat.VALUE_LENGTH_BIAS);
      }
    }
    return Tuple.of(values);
  }

  private Instant getTime() {
    long micros = getLong();
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }

  private Lsn getLsn() {
    return new Lsn(getLong());
  }

  private String getText() {
    int size = getLength();
    String text = new String(buffer, position, size, StandardCharsets.UTF_8);
    position += size;
    return text;
  }

  private byte[] getBytes(long size) {
    if (size < 0 || size > end - position) {
      throw damaged("a value is longer than its record");
    }
    byte[] value = Arrays.copyOfRange(buffer, position, position + (int) size);
    position += (int) size;
    return value;
  }

  /** A count or length; cannot be more than the bytes that are left in the record. */
  private int getLength() {
    long size = getVarint();
    if (size < 0 || size > end - position) {
      throw damaged("a length of " + size + " does not fit into its record");
    }
    return (int) size;
  }

  private boolean getFlag() {
    int flag = get();
    if (flag > 1) {
      throw damaged("a flag is neither 0 nor 1");
    }
    return flag == 1;
  }

  private long getLong() {
    if (end - position < 8) {
      throw damaged("a record ends inside of a number");
    }
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | (buffer[position++] & 0xFF);
    }
    return value;
  }

  private long getVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = get();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw damaged("a number is longer than 64 bit");
  }

  private int get() {
    if (position >= end) {
      throw damaged("a record ends inside of a field");
    }
    return buffer[position++] & 0xFF;
  }

  private int recordLength() throws IOException {
    long length = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (!fill(1)) {
        throw damaged("it ends inside of a record's length");
      }
      int b = buffer[position++] & 0xFF;
      length |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        if (length < 1 || length > Integer.MAX_VALUE - 16) {
          throw damaged("a record of " + length + " bytes");
        }
        return (int) length;
      }
    }
    throw damaged("a record's length is longer than 32 bit");
  }

  /** Makes {@code wanted} bytes available; false when the stream ends before. */
  private boolean fill(int wanted) throws IOException {
    if (filled - position >= wanted) {
      return true;
    }
    System.arraycopy(buffer, position, buffer, 0, filled - position);
    filled -= position;
    position = 0;
    while (filled < wanted) {
      if (filled == buffer.length) {
        // Grows with the bytes that are really there: a damaged length must not exhaust memory.
        buffer = Arrays.copyOf(buffer, (int) Math.min(buffer.length * 2L, Integer.MAX_VALUE - 16));
      }
      int read = in.read(buffer, filled, buffer.length - filled);
      if (read < 0) {
        return false;
      }
      filled += read;
    }
    return true;
  }
}
