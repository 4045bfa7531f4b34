/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of the inspection of vaults. */
@NullMarked
package dev.holdfast.vault.check;

import org.jspecify.annotations.NullMarked;
