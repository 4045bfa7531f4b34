/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import java.util.Optional;

/**
 * How one source's copy in one region stands.
 *
 * @param lock for people: how the region protects the source's objects from deletion
 * @param running false when nobody works on it any more: only a restart of the service helps
 */
public record CopyStatus(
    SourceId source,
    RegionId region,
    boolean running,
    RegionStanding standing,
    Optional<Trouble> trouble,
    String lock) {}
