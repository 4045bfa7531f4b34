/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.RegionId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How the last look at the vault went.
 *
 * @param at when; empty before the first one has ended
 * @param current the catalog holds all that the vault is known to hold
 * @param problems what kept regions from being read, by region
 */
record SyncStatus(Optional<Instant> at, boolean current, Map<RegionId, String> problems) {

  static final SyncStatus NOT_YET = new SyncStatus(Optional.empty(), false, Map.of());
}
