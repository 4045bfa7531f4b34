/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.postgres.wire.PgOutputDecoder;
import dev.holdfast.postgres.wire.PgOutputMessage;
import dev.holdfast.worker.stream.RawFrames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packs of the transaction that is coming in. */
final class TransactionBuffer {

  private final List<ByteBuffer> packs = new ArrayList<>();
  private long bytes;
  private PgOutputMessage.@Nullable Begin begin;

  /** Adds a pack; the first one of a transaction has to begin with its begin. */
  void add(ByteBuffer pack) {
    if (begin == null) {
      begin = beginOf(pack);
    }
    packs.add(pack);
    bytes += pack.remaining();
  }

  private static PgOutputMessage.Begin beginOf(ByteBuffer pack) {
    int length = pack.getInt(pack.position());
    PgOutputMessage first =
        PgOutputDecoder.decode(pack.slice(pack.position() + Integer.BYTES, length));
    if (first instanceof PgOutputMessage.Begin found) {
      return found;
    }
    throw new IllegalStateException(
        "the stream goes on with a " + first.getClass().getSimpleName() + " before any begin");
  }

  PgOutputMessage.Begin begin() {
    if (begin == null) {
      throw new IllegalStateException("no transaction is coming in");
    }
    return begin;
  }

  long bytes() {
    return bytes;
  }

  /** The messages so far, one after the other; they are forgotten. */
  void drain(java.util.function.Consumer<ByteBuffer> each) {
    for (ByteBuffer pack : packs) {
      RawFrames.forEach(pack, each);
    }
    packs.clear();
    bytes = 0;
  }

  List<ByteBuffer> packs() {
    return packs;
  }

  /** The transaction is over. */
  void clear() {
    packs.clear();
    bytes = 0;
    begin = null;
  }
}
