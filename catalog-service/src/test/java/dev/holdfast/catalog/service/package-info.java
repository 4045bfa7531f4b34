/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of the catalog with its database, Kafka and a vault. */
@NullMarked
package dev.holdfast.catalog.service;

import org.jspecify.annotations.NullMarked;
