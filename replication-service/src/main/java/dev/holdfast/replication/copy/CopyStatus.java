/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import java.util.Optional;

/** How one source's copy in one region stands. */
public record CopyStatus(
    SourceId source, RegionId region, RegionStanding standing, Optional<Trouble> trouble) {}
