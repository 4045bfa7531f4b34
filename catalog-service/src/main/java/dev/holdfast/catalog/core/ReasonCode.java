/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.core;

import java.util.Locale;

/**
 * Why a source is not recoverable, or less safely than it should be; and the verdict that follows.
 */
public enum ReasonCode {
  /** No region holds a complete, verified base snapshot. */
  NOTHING_VERIFIED(Verdict.NO),
  /** The newest recovery point of the best region is older than the objective allows. */
  OBJECTIVE_MISSED(Verdict.NO),
  /** The catalog has not read the vault lately: whatever it says may be old. */
  CATALOG_BEHIND(Verdict.UNKNOWN),
  /** What the vault holds is not what the source held. */
  CONTENT_DIFFERS(Verdict.AT_RISK),
  /** A trigger has fired for the source and has not cleared. */
  INCIDENT_OPEN(Verdict.AT_RISK),
  /** Changes are not captured until the next base snapshot. */
  HOLE_OPEN(Verdict.AT_RISK),
  /** The worker does not stream: every second adds to the loss. */
  NOT_STREAMING(Verdict.AT_RISK),
  /** One region is worse than the objective while another one meets it. */
  REGION_BEHIND(Verdict.AT_RISK),
  /** Copies into a region fail. */
  COPIES_FAIL(Verdict.AT_RISK),
  /** The last look at the source found something that stands in the way of protection. */
  FINDING(Verdict.AT_RISK),
  /** The last attempt to prove the vault's content came to nothing. */
  PROOF_NOT_DONE(Verdict.AT_RISK),
  /** Nobody has compared the vault with the source yet. */
  NEVER_PROVEN(Verdict.YES);

  private final Verdict verdict;

  ReasonCode(Verdict verdict) {
    this.verdict = verdict;
  }

  public Verdict verdict() {
    return verdict;
  }

  /** As programs see it, in kebab case. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
