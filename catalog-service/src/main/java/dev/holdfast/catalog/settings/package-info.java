/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What is to be backed up, where to, and what is to be reached. */
@NullMarked
package dev.holdfast.catalog.settings;

import org.jspecify.annotations.NullMarked;
