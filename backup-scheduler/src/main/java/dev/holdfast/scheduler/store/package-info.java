/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Backup runs in PostgreSQL, each change with the messages that tell of it. */
@NullMarked
package dev.holdfast.scheduler.store;

import org.jspecify.annotations.NullMarked;
