/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Two servers' signals judged together: who is primary, and whether it has failed. */
@NullMarked
package dev.holdfast.monitor.verdict;

import org.jspecify.annotations.NullMarked;
