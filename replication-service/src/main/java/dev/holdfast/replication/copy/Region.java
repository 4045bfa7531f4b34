/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.model.RegionId;
import dev.holdfast.vault.store.ObjectStore;

/**
 * One place that holds a copy of the vault.
 *
 * @param primary where workers write
 */
record Region(RegionId id, boolean primary, boolean cold, ObjectStore store) {}
