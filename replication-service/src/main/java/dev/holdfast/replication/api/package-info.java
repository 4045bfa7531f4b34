/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** How far each region is, over HTTP. */
@NullMarked
package dev.holdfast.replication.api;

import org.jspecify.annotations.NullMarked;
