/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.model.Lsn;

/** Asked before every seal whether the stream and the newest base still belong together. */
public interface SealCheck {

  /** What the source shows. */
  sealed interface Verdict {

    /** The source's definitions are those of the newest base. */
    record Clean() implements Verdict {}

    /**
     * Definitions that rows depend on are others; since when, nobody knows: at some moment after
     * the last seal that was clean.
     */
    record Changed(String reason) implements Verdict {}

    /**
     * The source cannot be asked, or there is no base to compare it with yet; what is here is
     * sealed all the same.
     */
    record Unknown() implements Verdict {}

    /**
     * The slot is not the one that the chain goes on from: nothing of this stream may be sealed.
     */
    record Broken(String reason) implements Verdict {}
  }

  Verdict check(Lsn through) throws InterruptedException;

  /** What came of changed definitions. */
  sealed interface Settled {

    /** There were none, or they cannot be recorded yet. */
    record Nothing() implements Settled {}

    /** They are recorded: up to here the stream fits to what is known. */
    record Recorded() implements Settled {}

    /** What was noted does not tell all that was changed. */
    record NotCovered(String reason) implements Settled {}
  }

  /**
   * Called when a segment is sealed: records definitions that were changed at or before {@code
   * through}, if the source shows these and no newer ones.
   */
  Settled settle(Lsn through) throws InterruptedException;
}
