/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Restores and dry runs that people ask for, and what the orchestrator says to the latter. */
@NullMarked
package dev.holdfast.catalog.restores;

import org.jspecify.annotations.NullMarked;
