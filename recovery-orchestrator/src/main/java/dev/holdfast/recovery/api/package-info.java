/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** HTTP and Kafka in front of the runs. */
@NullMarked
package dev.holdfast.recovery.api;

import org.jspecify.annotations.NullMarked;
