/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** State of each source's chain, read from the vault. */
@NullMarked
package dev.holdfast.catalog.chain;

import org.jspecify.annotations.NullMarked;
