/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What the database_failure procedure does to servers, endpoints and hooks. */
@NullMarked
package dev.holdfast.recovery.failover;

import org.jspecify.annotations.NullMarked;
