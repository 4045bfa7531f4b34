/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

/** Tells an outage of something that handlers need from a fault of the message. */
@FunctionalInterface
public interface OutageSign {

  /** Whether {@code failure} itself, without its causes, says that something cannot be reached. */
  boolean isOutage(Throwable failure);
}
