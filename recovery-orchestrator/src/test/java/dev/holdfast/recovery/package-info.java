/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of what holds for all of the orchestrator. */
@org.jspecify.annotations.NullUnmarked
package dev.holdfast.recovery;
