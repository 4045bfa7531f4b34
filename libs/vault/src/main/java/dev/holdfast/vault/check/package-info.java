/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Looks at a vault from outside: what it holds, and whether all of it is there and as it was. */
@NullMarked
package dev.holdfast.vault.check;

import org.jspecify.annotations.NullMarked;
