/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of connections, checks and client programs. */
@NullMarked
package dev.holdfast.postgres;

import org.jspecify.annotations.NullMarked;
