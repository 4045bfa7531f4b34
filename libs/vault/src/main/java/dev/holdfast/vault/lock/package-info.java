/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Until when stored objects must be locked, and making their locks longer. */
@NullMarked
package dev.holdfast.vault.lock;

import org.jspecify.annotations.NullMarked;
