/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.stream;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Receives a stream. Calls come from one thread, in commit order; blocking holds the stream back,
 * throwing ends it.
 */
public interface StreamListener {

  /**
   * Messages of one transaction, whole or in several packs.
   *
   * @param pack as {@link RawFrames} packs them
   * @param end given when the pack ends with the transaction's commit
   */
  void messages(ByteBuffer pack, Optional<ChangeStream.Receipt> end) throws InterruptedException;

  /** The stream has ended; nothing comes after this. Empty when it was asked to. */
  void ended(Optional<Throwable> cause);
}
