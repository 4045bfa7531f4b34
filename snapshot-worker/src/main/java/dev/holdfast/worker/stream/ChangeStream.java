/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.stream;

import dev.holdfast.model.Lsn;

/** A running stream of one slot's changes. */
public interface ChangeStream extends AutoCloseable {

  /**
   * Proof that the stream has handed on everything up to a commit; acknowledging it moves the slot.
   */
  interface Receipt {
    /** End of the commit. */
    Lsn end();
  }

  /**
   * Lets the slot forget everything up to {@code receipt}. Call it only when a manifest names that
   * position. Safe from any thread; does nothing once the stream has ended.
   */
  void acknowledge(Receipt receipt);

  /** Stops the stream and waits until nothing more comes. */
  @Override
  void close();
}
