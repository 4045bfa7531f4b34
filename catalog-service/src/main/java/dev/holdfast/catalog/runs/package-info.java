/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Recovery runs, as the orchestrator tells them. */
@NullMarked
package dev.holdfast.catalog.runs;

import org.jspecify.annotations.NullMarked;
