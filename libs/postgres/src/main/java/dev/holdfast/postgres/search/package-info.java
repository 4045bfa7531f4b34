/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Finds out from the vault which transaction changed what. */
@NullMarked
package dev.holdfast.postgres.search;

import org.jspecify.annotations.NullMarked;
