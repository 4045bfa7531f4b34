/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Failover triggers and where they stand, as the monitors tell it. */
@NullMarked
package dev.holdfast.catalog.triggers;

import org.jspecify.annotations.NullMarked;
