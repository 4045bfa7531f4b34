/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Fencing and promotion on real servers. */
@org.jspecify.annotations.NullUnmarked
package dev.holdfast.recovery.failover;
