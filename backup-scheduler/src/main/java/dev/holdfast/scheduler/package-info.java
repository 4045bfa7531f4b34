/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Decides when what is backed up, and follows each backup to its end. */
@NullMarked
package dev.holdfast.scheduler;

import org.jspecify.annotations.NullMarked;
