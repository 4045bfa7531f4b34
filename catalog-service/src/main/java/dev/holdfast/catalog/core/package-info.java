/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What can be restored, from where and how stale it is: rules without adapters. */
@NullMarked
package dev.holdfast.catalog.core;

import org.jspecify.annotations.NullMarked;
