/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.keys;

/** Identifies a data key of a source. */
public record DataKeyKey(String source, String id) {}
