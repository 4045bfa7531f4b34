/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Restores that people ask for, and what they ask before: dry runs, and the transactions around a
 * moment.
 */
@NullMarked
package dev.holdfast.catalog.restores;

import org.jspecify.annotations.NullMarked;
