/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of the command line. */
@NullMarked
package dev.holdfast.cli;

import org.jspecify.annotations.NullMarked;
