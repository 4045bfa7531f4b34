/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The newest word of what others tell again and again. */
@NullMarked
package dev.holdfast.catalog.words;

import org.jspecify.annotations.NullMarked;
