/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Recovery procedures and objectives, as the orchestrator tells them, and running them. */
@NullMarked
package dev.holdfast.catalog.procedures;

import org.jspecify.annotations.NullMarked;
