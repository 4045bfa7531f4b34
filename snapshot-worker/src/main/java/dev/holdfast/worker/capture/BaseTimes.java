/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import java.time.Duration;
import java.time.Instant;

/**
 * When the next base is due. One that is needed is taken at once, and again after growing pauses
 * while it fails; one for the sake of definitions only waits, since DDL comes in bursts.
 */
final class BaseTimes {

  /** Between bases that only changed definitions ask for; failures wait up to it. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private Instant retryAt = Instant.MIN;
  private Instant nextAt = Instant.MIN;
  private boolean definitionsChanged;
  private int failures;
  private String reason = "";

  /** Definitions changed that rows do not depend on. */
  synchronized void definitionsChanged() {
    definitionsChanged = true;
  }

  /**
   * @param needed nothing after a certain moment can be restored before there is a new base
   */
  synchronized boolean due(boolean needed, Instant now) {
    return needed ? !now.isBefore(retryAt) : definitionsChanged && !now.isBefore(nextAt);
  }

  synchronized void succeeded() {
    failures = 0;
  }

  /** To be added to what is told of the source; empty unless bases fail. */
  synchronized String trouble() {
    return failures == 0
        ? ""
        : "; bases have failed " + failures + " times one after the other, at last: " + reason;
  }

  /**
   * @param random from 0 to 1
   */
  synchronized void failed(Instant now, double random, Throwable why) {
    failures++;
    reason = why.getMessage() == null ? why.toString() : why.getMessage();
    retryAt = now.plus(Pauses.of(failures + 2, PAUSE, random));
  }

  /** A base that fits what follows is in the chain. */
  synchronized void sealed(Instant now) {
    definitionsChanged = false;
    nextAt = now.plus(PAUSE);
  }
}
