/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Backup runs, as the scheduler and the workers tell them. */
@NullMarked
package dev.holdfast.catalog.backups;

import org.jspecify.annotations.NullMarked;
