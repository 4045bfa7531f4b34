/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Continuous proof: what sources held is compared with what the vault holds, in a sandbox. */
@NullMarked
package dev.holdfast.recovery.proof;

import org.jspecify.annotations.NullMarked;
