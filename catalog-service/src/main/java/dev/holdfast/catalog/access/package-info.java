/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Who asks, and what they may do: accounts, sessions, tokens. */
@NullMarked
package dev.holdfast.catalog.access;

import org.jspecify.annotations.NullMarked;
