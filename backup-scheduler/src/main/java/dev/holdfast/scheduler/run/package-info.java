/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Backup runs: when one is due, what it asks of workers, and how it ends. Pure. */
@NullMarked
package dev.holdfast.scheduler.run;

import org.jspecify.annotations.NullMarked;
