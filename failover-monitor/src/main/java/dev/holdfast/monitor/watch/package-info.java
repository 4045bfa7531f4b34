/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The round that probes, judges, fires and publishes, and what it shows over HTTP. */
@NullMarked
package dev.holdfast.monitor.watch;

import org.jspecify.annotations.NullMarked;
