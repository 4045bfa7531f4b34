/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.recoverability;

import dev.holdfast.catalog.core.Recoverability;
import dev.holdfast.catalog.core.Verdict;
import dev.holdfast.catalog.proofs.ProofStanding;
import dev.holdfast.catalog.sources.RegionView;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether all that is protected can be recovered, at {@code at}.
 *
 * @param verdict that of the source that is worst off: {@code yes}, {@code at-risk}, {@code
 *     unknown} or {@code no}; {@code unknown} while no source is known
 * @param rpoSeconds the objective: how much may be lost at most
 */
public record RecoverabilityView(
    Instant at, Verdict verdict, double rpoSeconds, List<SourceVerdict> sources) {

  /**
   * One source.
   *
   * @param reasons worst first; empty when all is well
   * @param best the region that loses least
   * @param coveredAt everything committed before this moment can be restored from there
   * @param goodUntil from then on the verdict is {@code no}, unless newer recovery points are
   *     verified
   * @param capture what the source's worker does
   * @param proof whether what the vault holds is what the source held
   */
  public record SourceVerdict(
      String source,
      Verdict verdict,
      List<Reason> reasons,
      Optional<String> best,
      Optional<Instant> coveredAt,
      Optional<Instant> goodUntil,
      String capture,
      ProofStanding proof,
      List<RegionView> regions) {}

  /**
   * @param code such as {@code objective-missed}
   * @param verdict what it makes of the verdict: {@code no}, {@code unknown}, {@code at-risk}, or
   *     {@code yes} for what is only worth knowing
   * @param text for people
   * @param since when that began; null when unknown
   */
  public record Reason(String code, Verdict verdict, String text, Optional<Instant> since) {}

  static RecoverabilityView of(Instant at, Duration rpo, List<SourceVerdict> sources) {
    return new RecoverabilityView(
        at,
        sources.stream().map(SourceVerdict::verdict).reduce(Verdict::worse).orElse(Verdict.UNKNOWN),
        rpo.toMillis() / 1000.0,
        sources);
  }

  static SourceVerdict of(
      SourceId source,
      String capture,
      Recoverability decided,
      ProofStanding proof,
      List<RegionView> regions) {
    return new SourceVerdict(
        source.value(),
        decided.verdict(),
        decided.reasons().stream()
            .map(
                each ->
                    new Reason(
                        each.code().wire(), each.code().verdict(), each.text(), each.since()))
            .toList(),
        decided.best().map(RegionId::value),
        decided.coveredAt(),
        decided.goodUntil(),
        capture,
        proof,
        regions);
  }
}
