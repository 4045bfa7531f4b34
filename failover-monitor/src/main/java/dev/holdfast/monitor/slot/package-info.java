/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The log that a source keeps for our slot: shown, told before it is dangerous, and given up. */
@NullMarked
package dev.holdfast.monitor.slot;

import org.jspecify.annotations.NullMarked;
