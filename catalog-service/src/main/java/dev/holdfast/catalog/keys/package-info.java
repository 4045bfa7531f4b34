/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What is known of data keys: how old they are, and who can open them. */
@NullMarked
package dev.holdfast.catalog.keys;

import org.jspecify.annotations.NullMarked;
