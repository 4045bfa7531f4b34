/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Makes due firings into runs, hears answers, and gives up on those that stay away. */
@NullMarked
package dev.holdfast.scheduler.drive;

import org.jspecify.annotations.NullMarked;
