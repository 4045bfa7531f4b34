/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Changes of definitions: how a source notes them, and which ones a base survives. */
@org.jspecify.annotations.NullMarked
package dev.holdfast.postgres.ddl;
