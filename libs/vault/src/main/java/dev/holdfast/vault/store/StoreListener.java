/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.time.Duration;

/** Is told of every request to a store. Must return at once and throw nothing. */
public interface StoreListener {

  /** What a request does. */
  enum Operation {
    PUT,
    READ,
    STAT,
    LIST,
    DELETE,
    /** One part of an upload in parts. */
    PART,
    /** Begins, completes, aborts or looks at an upload in parts. */
    UPLOAD,
    /** Looks at or changes a lock. */
    LOCK
  }

  /**
   * A request ended. A read ends when its stream is closed.
   *
   * @param bytes of objects that were sent or received
   * @param failed whether it ended with an exception; that an object is there or is not there is no
   *     failure
   */
  void ended(Operation operation, long bytes, Duration took, boolean failed);
}
