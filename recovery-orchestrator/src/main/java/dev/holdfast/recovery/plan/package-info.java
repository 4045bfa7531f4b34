/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Dry runs that are asked for over Kafka: what a restore would do, and how long it would take. */
@NullMarked
package dev.holdfast.recovery.plan;

import org.jspecify.annotations.NullMarked;
