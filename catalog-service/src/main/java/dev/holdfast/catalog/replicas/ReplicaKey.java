/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.replicas;

/** Identifies a source's copy in one region. */
public record ReplicaKey(String source, String region) {}
