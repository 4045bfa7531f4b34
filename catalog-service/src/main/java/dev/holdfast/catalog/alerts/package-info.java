/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What people were told, and outages that triggers have seen. */
@NullMarked
package dev.holdfast.catalog.alerts;

import org.jspecify.annotations.NullMarked;
