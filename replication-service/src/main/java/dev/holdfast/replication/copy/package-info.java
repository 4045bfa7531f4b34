/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Takes each source's chain, manifest by manifest, into each region; verifies, heals, reports. */
@NullMarked
package dev.holdfast.replication.copy;

import org.jspecify.annotations.NullMarked;
