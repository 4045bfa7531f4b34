/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What browsers may do here. The pages themselves are in {@code src/main/webui}. */
@NullMarked
package dev.holdfast.catalog.pages;

import org.jspecify.annotations.NullMarked;
