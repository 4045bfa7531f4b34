/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** PostgreSQL probes: one fresh connection each, with short timeouts. */
@NullMarked
package dev.holdfast.monitor.probe;

import org.jspecify.annotations.NullMarked;
