/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Who asked for what, and what came of it: written before and after, never changed. */
@NullMarked
package dev.holdfast.catalog.audit;

import org.jspecify.annotations.NullMarked;
