/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.chain.RecoveryRange;
import dev.holdfast.vault.chain.RecoveryRanges;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The part of a chain that was verified in a region, small enough to keep in memory. Not
 * thread-safe.
 */
final class ChainOutline {

  private final SourceId source;
  private final List<ChainLink> links = new ArrayList<>();

  ChainOutline(SourceId source) {
    this.source = source;
  }

  void add(Manifest manifest) {
    ChainLink link = ChainLink.of(manifest);
    Optional<ChainLink> longer = links.isEmpty() ? Optional.empty() : links.getLast().with(link);
    if (longer.isPresent()) {
      links.removeLast();
    }
    links.add(longer.orElse(link));
  }

  /** Number of the last manifest; 0 for none. */
  long through() {
    return links.isEmpty() ? 0 : links.getLast().last();
  }

  /** Everything committed before this moment can be restored; empty when nothing can be. */
  Optional<Instant> coveredAt() {
    return RecoveryRanges.of(links.stream().map(link -> link.asManifest(source)).toList()).stream()
        .map(RecoveryRange::throughTime)
        .max(Comparator.naturalOrder());
  }
}
