/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

/** Identifies a step of a run by its number. */
public record StepKey(String run, int step) {}
