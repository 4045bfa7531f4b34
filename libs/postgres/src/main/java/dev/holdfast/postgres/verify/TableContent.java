/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

/**
 * What a table holds.
 *
 * @param rows number of rows
 * @param hash of all rows whatever their order, 32 hexadecimal digits; see {@link ContentHash}
 */
public record TableContent(String schema, String name, long rows, String hash) {}
