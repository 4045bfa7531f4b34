/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What workers found when they looked at their sources, over HTTP. */
@NullMarked
package dev.holdfast.catalog.findings;

import org.jspecify.annotations.NullMarked;
