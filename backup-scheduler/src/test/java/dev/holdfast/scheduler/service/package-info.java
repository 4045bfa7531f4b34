/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of the scheduler with its database and Kafka. */
@NullMarked
package dev.holdfast.scheduler.service;

import org.jspecify.annotations.NullMarked;
