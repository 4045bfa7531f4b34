/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.replicas;

import dev.holdfast.model.RegionId;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a source's copy in one region was verified.
 *
 * @param throughManifest every object of the chain up to this manifest is there and was read back
 *     and matched; 0: nothing yet
 * @param objects objects copied and verified so far; {@code bytes} their bytes
 * @param healed objects that were written again because they were missing or damaged
 * @param failures copies that failed so far
 * @param failure the newest failure, while no verification has succeeded after it
 */
public record Replica(
    RegionId region,
    long throughManifest,
    Optional<Instant> verifiedAt,
    long objects,
    long bytes,
    long healed,
    long failures,
    Optional<Failure> failure) {

  /** A copy that could not be made, or did not match. */
  public record Failure(String object, String reason, Instant at) {}

  /** Nothing was verified in {@code region} yet. */
  public static Replica unverified(RegionId region) {
    return new Replica(region, 0, Optional.empty(), 0, 0, 0, 0, Optional.empty());
  }
}
