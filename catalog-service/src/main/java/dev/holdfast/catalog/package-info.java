/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What is known of every source, backup and run, answered over HTTP. */
@NullMarked
package dev.holdfast.catalog;

import org.jspecify.annotations.NullMarked;
