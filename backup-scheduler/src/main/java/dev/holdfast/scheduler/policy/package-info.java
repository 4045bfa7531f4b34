/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The backup policy: strategies as data, read from YAML and checked. */
@NullMarked
package dev.holdfast.scheduler.policy;

import org.jspecify.annotations.NullMarked;
