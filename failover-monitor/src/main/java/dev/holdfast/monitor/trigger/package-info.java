/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Failover triggers: conditions as data, judged over a window of observations. */
@NullMarked
package dev.holdfast.monitor.trigger;

import org.jspecify.annotations.NullMarked;
