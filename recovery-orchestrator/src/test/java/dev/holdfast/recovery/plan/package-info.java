/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
@NullMarked
package dev.holdfast.recovery.plan;

import org.jspecify.annotations.NullMarked;
