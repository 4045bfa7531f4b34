/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
@NullMarked
package dev.holdfast.recovery.question;

import org.jspecify.annotations.NullMarked;
