/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.wire;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.changes.ChangeRecord.Column;
import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.ChangeRecord.ReplicaIdentity;
import dev.holdfast.postgres.changes.Tuple;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes {@code pgoutput} messages of protocol version 1: no streaming of transactions in
 * progress, no two-phase, values as text. Keeps no state. Anything unknown is refused: a message
 * that is skipped is a change that is lost.
 */
public final class PgOutputDecoder {

  /** Seconds from 1970 to PostgreSQL's epoch, 2000-01-01. */
  private static final long POSTGRES_EPOCH = 946_684_800L;

  private PgOutputDecoder() {}

  /**
   * Decodes one message, from the buffer's position to its limit.
   *
   * @throws PostgresException {@code DAMAGED} for bytes that are no such message
   */
  public static PgOutputMessage decode(ByteBuffer message) {
    ByteBuffer in = message.slice().order(ByteOrder.BIG_ENDIAN);
    if (!in.hasRemaining()) {
      throw damaged("it is empty");
    }
    char kind = (char) (in.get() & 0xFF);
    PgOutputMessage decoded;
    try {
      decoded =
          switch (kind) {
            case 'I' -> insert(in);
            case 'U' -> update(in);
            case 'D' -> new PgOutputMessage.Delete(oid(in), old(in, (char) in.get()));
            case 'B' -> new PgOutputMessage.Begin(lsn(in), time(in), oid(in));
            case 'C' -> commit(in);
            case 'R' -> relation(in);
            case 'T' -> truncate(in);
            case 'Y' -> new PgOutputMessage.Type(oid(in), schema(in), text(in));
            case 'O' -> new PgOutputMessage.Origin(lsn(in), text(in));
            case 'M' -> logicalMessage(in);
            default -> throw damaged("its kind '" + kind + "' is unknown");
          };
    } catch (BufferUnderflowException e) {
      throw damaged("it ends too early (kind '" + kind + "')");
    }
    if (in.hasRemaining()) {
      throw damaged(in.remaining() + " bytes are left over (kind '" + kind + "')");
    }
    return decoded;
  }

  private static PgOutputMessage insert(ByteBuffer in) {
    long relation = oid(in);
    expectNew((char) in.get());
    return new PgOutputMessage.Insert(relation, tuple(in));
  }

  private static PgOutputMessage update(ByteBuffer in) {
    long relation = oid(in);
    char part = (char) in.get();
    Optional<OldRow> before = Optional.empty();
    if (part != 'N') {
      before = Optional.of(old(in, part));
      part = (char) in.get();
    }
    expectNew(part);
    return new PgOutputMessage.Update(relation, before, tuple(in));
  }

  private static void expectNew(char part) {
    if (part != 'N') {
      throw damaged("'" + part + "' stands where a new row must be");
    }
  }

  private static OldRow old(ByteBuffer in, char part) {
    return switch (part) {
      case 'K' -> new OldRow.Key(tuple(in));
      case 'O' -> new OldRow.Full(tuple(in));
      default -> throw damaged("'" + part + "' stands where an old row must be");
    };
  }

  private static PgOutputMessage commit(ByteBuffer in) {
    in.get(); // flags, unused
    return new PgOutputMessage.Commit(lsn(in), lsn(in), time(in));
  }

  private static PgOutputMessage relation(ByteBuffer in) {
    long oid = oid(in);
    String schema = schema(in);
    String name = text(in);
    ReplicaIdentity identity;
    try {
      identity = ReplicaIdentity.of((char) in.get());
    } catch (IllegalArgumentException e) {
      throw damaged(String.valueOf(e.getMessage()));
    }
    int count = Short.toUnsignedInt(in.getShort());
    List<Column> columns = new ArrayList<>(count);
    for (int i = 1; i <= count; i++) {
      boolean key = (in.get() & 1) != 0;
      String column = text(in);
      columns.add(new Column(i, column, oid(in), in.getInt(), key));
    }
    return new PgOutputMessage.Relation(oid, schema, name, identity, columns);
  }

  private static PgOutputMessage truncate(ByteBuffer in) {
    int count = in.getInt();
    int flags = in.get();
    List<Long> oids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      oids.add(oid(in));
    }
    return new PgOutputMessage.Truncate(oids, (flags & 1) != 0, (flags & 2) != 0);
  }

  private static PgOutputMessage logicalMessage(ByteBuffer in) {
    boolean transactional = (in.get() & 1) != 0;
    Lsn lsn = lsn(in);
    String prefix = text(in);
    return new PgOutputMessage.LogicalMessage(transactional, lsn, prefix, bytes(in));
  }

  private static Tuple tuple(ByteBuffer in) {
    int count = Short.toUnsignedInt(in.getShort());
    @Nullable byte[][] values = new byte[count][];
    for (int i = 0; i < count; i++) {
      char kind = (char) in.get();
      switch (kind) {
        case 't' -> values[i] = bytes(in);
        case 'n' -> values[i] = null;
        case 'u' -> values[i] = Tuple.unchanged();
        default -> throw damaged("a value of kind '" + kind + "' is not text");
      }
    }
    return Tuple.of(values);
  }

  private static byte[] bytes(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw damaged("a value of " + length + " bytes does not fit");
    }
    byte[] value = new byte[length];
    in.get(value);
    return value;
  }

  private static long oid(ByteBuffer in) {
    return Integer.toUnsignedLong(in.getInt());
  }

  private static Lsn lsn(ByteBuffer in) {
    return new Lsn(in.getLong());
  }

  private static Instant time(ByteBuffer in) {
    long micros = in.getLong();
    return Instant.ofEpochSecond(
        POSTGRES_EPOCH + Math.floorDiv(micros, 1_000_000L),
        Math.floorMod(micros, 1_000_000L) * 1_000L);
  }

  private static String schema(ByteBuffer in) {
    String schema = text(in);
    return schema.isEmpty() ? "pg_catalog" : schema;
  }

  private static String text(ByteBuffer in) {
    int start = in.position();
    int length = 0;
    while (in.get() != 0) {
      length++;
    }
    byte[] bytes = new byte[length];
    in.get(start, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static PostgresException damaged(String what) {
    return new PostgresException(
        PostgresException.Reason.DAMAGED,
        null,
        "a pgoutput message cannot be decoded: " + what,
        "report this; the server speaks a protocol that this version does not know");
  }
}
