/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What the replication service verified in each region. */
@NullMarked
package dev.holdfast.catalog.replicas;

import org.jspecify.annotations.NullMarked;
