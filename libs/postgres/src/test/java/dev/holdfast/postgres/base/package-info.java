/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of how a base's snapshot is taken. */
@NullMarked
package dev.holdfast.postgres.base;

import org.jspecify.annotations.NullMarked;
