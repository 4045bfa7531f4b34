/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Benchmarks: figures with their dataset and settings, peers measured in the same run. */
@NullMarked
package dev.holdfast.bench;

import org.jspecify.annotations.NullMarked;
