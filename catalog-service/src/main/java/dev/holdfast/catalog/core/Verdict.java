/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.core;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a source can be recovered right now, from best to worst. */
public enum Verdict {
  /** Within the objective, from every region. */
  @JsonProperty("yes")
  YES,
  /** Within the objective, but something that it rests on is gone or failing. */
  @JsonProperty("at-risk")
  AT_RISK,
  /** What is known is too old to say. */
  @JsonProperty("unknown")
  UNKNOWN,
  /** Not at all, or only with a loss beyond the objective. */
  @JsonProperty("no")
  NO;

  public Verdict worse(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
