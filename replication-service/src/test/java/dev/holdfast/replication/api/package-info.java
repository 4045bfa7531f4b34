/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of what the service shows. */
@NullMarked
package dev.holdfast.replication.api;

import org.jspecify.annotations.NullMarked;
