/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.restore.RestorePlan.Part;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What was captured of a source on the history that it went on with. Commits that a promotion
 * orphaned, and those that no base comes before, belong to none.
 */
public final class CapturedHistory {

  private CapturedHistory() {}

  /**
   * The segments, or pieces of them, that may hold commits of a range of times, in commit order.
   * Only their manifests are read in full.
   *
   * @param outline of {@code chain}
   * @param from commit time, included
   * @param to commit time, included
   */
  public static List<Part> between(
      SourceChain chain, SourceId source, List<ChainLink> outline, Instant from, Instant to) {
    List<Manifest> manifests = new ArrayList<>();
    for (ChainLink link : outline) {
      if (link.entry() instanceof SegmentSealed segment && mayHold(segment, from, to)) {
        manifests.addAll(chain.manifests(link.first(), link.last()));
      } else {
        manifests.add(link.asManifest(source));
      }
    }
    return History.of(manifests).ranges().stream()
        .flatMap(range -> range.parts().stream())
        .filter(part -> !part.segment().bodies().isEmpty())
        .filter(part -> mayHold(part.segment(), from, to))
        .toList();
  }

  /** Commit times are not in the order of the log: first and last of a segment say nothing. */
  private static boolean mayHold(SegmentSealed segment, Instant from, Instant to) {
    return segment.latestTime().filter(latest -> !latest.isBefore(from)).isPresent()
        && segment.earliestTime().filter(earliest -> !earliest.isAfter(to)).isPresent();
  }
}
