/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.sources;

import dev.holdfast.catalog.replicas.Replica;
import java.time.Instant;
import java.util.Optional;

/**
 * What one region is worth for a source, right now.
 *
 * @param throughManifest last manifest that was verified there, with all before it; 0: none
 * @param coveredAt everything committed before this moment can be restored from there
 * @param rpoSeconds seconds since {@code coveredAt}: what would be lost if this region were all
 *     that is left; null when nothing can be restored from there
 * @param reason why {@code rpoSeconds} is null
 * @param failure newest copy that failed, while none has succeeded since
 */
public record RegionView(
    String region,
    boolean primary,
    long throughManifest,
    Optional<Instant> verifiedAt,
    Optional<Instant> coveredAt,
    Optional<Double> rpoSeconds,
    Optional<String> reason,
    Optional<Replica.Failure> failure) {}
