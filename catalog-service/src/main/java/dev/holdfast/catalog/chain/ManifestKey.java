/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

/** Identifies what one manifest added: source and number. */
public record ManifestKey(String source, long manifest) {}
