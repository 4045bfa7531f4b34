/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of what the catalog decides. */
@NullMarked
package dev.holdfast.catalog.core;

import org.jspecify.annotations.NullMarked;
