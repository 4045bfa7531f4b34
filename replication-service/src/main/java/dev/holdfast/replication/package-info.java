/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Copies the vault to every region and proves that the copies are good. */
@NullMarked
package dev.holdfast.replication;

import org.jspecify.annotations.NullMarked;
