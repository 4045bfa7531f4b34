/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of runs from their beginning to their end. */
@NullMarked
package dev.holdfast.scheduler.run;

import org.jspecify.annotations.NullMarked;
