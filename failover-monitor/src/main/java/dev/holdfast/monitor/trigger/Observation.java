/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import java.time.Instant;

/**
 * One look at one metric.
 *
 * @param at when the look ended, by the monitor's clock
 * @param detail what was seen, for people
 */
public record Observation(Instant at, Reading reading, String detail) {

  /** One line for the evidence of a decision. */
  public String line() {
    return at + " " + reading + ": " + detail;
  }
}
