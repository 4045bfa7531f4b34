/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Legal holds: asked for over Kafka, told by workers, and read from the vault. */
@NullMarked
package dev.holdfast.catalog.holds;

import org.jspecify.annotations.NullMarked;
