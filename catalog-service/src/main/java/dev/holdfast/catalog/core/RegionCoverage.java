/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.core;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.RecoveryRange;
import dev.holdfast.vault.chain.RecoveryRanges;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What can be restored from one region: only what was verified there.
 *
 * @param throughManifest last manifest whose objects, and those of all before it, were verified in
 *     the region; 0: none
 * @param ranges in the order of their bases
 */
public record RegionCoverage(
    SourceId source, RegionId region, long throughManifest, List<RecoveryRange> ranges) {

  public RegionCoverage {
    ranges = List.copyOf(ranges);
  }

  /**
   * @param links the source's chain as far as it was verified in {@code region}
   */
  public static RegionCoverage of(
      SourceId source, RegionId region, long throughManifest, List<ChainLink> links) {
    if (!links.isEmpty() && links.getLast().last() > throughManifest) {
      throw new IllegalArgumentException(
          "links reach manifest %d, beyond %d that was verified in %s"
              .formatted(links.getLast().last(), throughManifest, region));
    }
    return new RegionCoverage(
        source,
        region,
        throughManifest,
        RecoveryRanges.of(links.stream().map(link -> link.asManifest(source)).toList()));
  }

  /** Seconds of work that would be lost if this region were all that is left at {@code now}. */
  public Rpo rpo(Instant now) {
    return ranges.stream()
        .map(RecoveryRange::throughTime)
        .max(Comparator.naturalOrder())
        .map(coveredAt -> Rpo.since(coveredAt, now))
        .orElseGet(() -> new Rpo.Unprotected(reason()));
  }

  private String reason() {
    return throughManifest == 0
        ? "nothing of source '%s' was verified in %s yet".formatted(source, region)
        : "no complete base snapshot of source '%s' was verified in %s yet (verified through manifest %d)"
            .formatted(source, region, throughManifest);
  }
}
