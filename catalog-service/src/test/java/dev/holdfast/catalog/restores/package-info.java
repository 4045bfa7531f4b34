/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
@NullMarked
package dev.holdfast.catalog.restores;

import org.jspecify.annotations.NullMarked;
