/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Accounts of people and programs, their roles, and the file that keeps them. */
@NullMarked
package dev.holdfast.access;

import org.jspecify.annotations.NullMarked;
