/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.stream;

/** Opens change streams. */
public interface ChangeStreams {

  /** Starts at the slot's confirmed position; returns at once, changes follow. */
  ChangeStream open(StreamSource source, StreamListener listener);
}
