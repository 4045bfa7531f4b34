/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Runs in PostgreSQL, each change in one transaction with its events. */
@NullMarked
package dev.holdfast.recovery.store;

import org.jspecify.annotations.NullMarked;
