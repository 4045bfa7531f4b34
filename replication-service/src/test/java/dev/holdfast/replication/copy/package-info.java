/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of the copies on stores in memory. */
@NullMarked
package dev.holdfast.replication.copy;

import org.jspecify.annotations.NullMarked;
