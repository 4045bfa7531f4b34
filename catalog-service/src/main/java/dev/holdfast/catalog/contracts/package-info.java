/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The messages on Kafka, described for programs that take part. */
@NullMarked
package dev.holdfast.catalog.contracts;

import org.jspecify.annotations.NullMarked;
