/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import java.util.List;

/** Gives envelopes to a broker. Blocking; for one thread at a time. */
public interface EnvelopeSender extends AutoCloseable {

  /** What became of a batch. */
  sealed interface Sent {

    /** The broker has the whole batch. */
    record All() implements Sent {}

    /**
     * The broker has the first {@code count}; of the others it may have some. To keep a key's
     * order, all of them are sent again.
     */
    record UpTo(int count, Exception cause) implements Sent {}

    /** The first {@code count} are there, and the one after them can never be sent. */
    record Refused(int count, Exception cause) implements Sent {}
  }

  /** Sends the batch in order and waits until the broker has it, for a bounded time. */
  Sent send(List<Envelope> batch) throws InterruptedException;

  @Override
  void close();
}
