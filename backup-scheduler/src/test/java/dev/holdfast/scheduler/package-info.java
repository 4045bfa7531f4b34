/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of settings and rules. */
@NullMarked
package dev.holdfast.scheduler;

import org.jspecify.annotations.NullMarked;
