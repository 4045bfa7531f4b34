/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of the policy and its schedules. */
@NullMarked
package dev.holdfast.scheduler.policy;

import org.jspecify.annotations.NullMarked;
