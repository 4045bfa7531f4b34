/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

/** Identifies a link of a chain by the number of its first manifest. */
public record LinkKey(String source, long firstManifest) {}
