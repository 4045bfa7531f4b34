/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.core;

import dev.holdfast.model.RegionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether a source can be recovered, with the reasons.
 *
 * @param reasons worst first; the verdict is that of the first one, or yes without any
 * @param best the region that loses least
 * @param coveredAt everything committed before this moment can be restored from there
 * @param goodUntil from then on the verdict is no, unless newer recovery points are verified
 */
public record Recoverability(
    Verdict verdict,
    List<Reason> reasons,
    Optional<RegionId> best,
    Optional<Instant> coveredAt,
    Optional<Instant> goodUntil) {

  public Recoverability {
    reasons = List.copyOf(reasons);
  }

  /**
   * @param text for people, in full
   * @param since when that began, where it is known
   */
  public record Reason(ReasonCode code, String text, Optional<Instant> since) {}
}
