/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Drives the stored runs for as long as the process lives, and starts over where it was killed. */
@NullMarked
package dev.holdfast.recovery.engine;

import org.jspecify.annotations.NullMarked;
