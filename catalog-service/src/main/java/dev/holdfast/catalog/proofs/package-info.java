/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Proofs that the vault holds what sources held. */
@NullMarked
package dev.holdfast.catalog.proofs;

import org.jspecify.annotations.NullMarked;
