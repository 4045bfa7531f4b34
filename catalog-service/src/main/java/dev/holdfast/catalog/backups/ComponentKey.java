/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.backups;

/** Identifies one source's part of a backup run. */
public record ComponentKey(String backup, String source) {}
