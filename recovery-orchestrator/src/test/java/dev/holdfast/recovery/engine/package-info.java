/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of how runs are driven. */
@NullMarked
package dev.holdfast.recovery.engine;

import org.jspecify.annotations.NullMarked;
