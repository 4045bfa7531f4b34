/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Restores: validated before they are accepted, then run durably. */
@NullMarked
package dev.holdfast.recovery.restore;

import org.jspecify.annotations.NullMarked;
