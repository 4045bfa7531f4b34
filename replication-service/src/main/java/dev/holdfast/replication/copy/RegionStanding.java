/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a region is.
 *
 * @param verified every manifest up to here, and all that they name, is in the region; 0: none
 * @param head newest manifest that any region showed
 * @param coveredAt everything committed before this moment can be restored from this region
 */
public record RegionStanding(
    long verified, long head, Optional<Instant> coveredAt, Optional<Instant> verifiedAt) {

  static final RegionStanding UNKNOWN =
      new RegionStanding(0, 0, Optional.empty(), Optional.empty());

  RegionStanding withHead(long newest) {
    return new RegionStanding(verified, newest, coveredAt, verifiedAt);
  }
}
