/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Whether the sources can be recovered right now, and why not. */
@NullMarked
package dev.holdfast.catalog.recoverability;

import org.jspecify.annotations.NullMarked;
