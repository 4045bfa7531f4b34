/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What has changed in the catalog, told as it happens. */
@NullMarked
package dev.holdfast.catalog.changes;

import org.jspecify.annotations.NullMarked;
