/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Strategies, and backups on request, over HTTP. */
@NullMarked
package dev.holdfast.scheduler.api;

import org.jspecify.annotations.NullMarked;
