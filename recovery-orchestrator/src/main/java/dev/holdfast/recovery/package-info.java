/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Recovery: durable runs of procedures and restores. */
@NullMarked
package dev.holdfast.recovery;

import org.jspecify.annotations.NullMarked;
