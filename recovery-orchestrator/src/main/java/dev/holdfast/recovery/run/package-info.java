/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Durable runs: a pure state machine, and the engine that stores each intent and outcome around
 * acting.
 */
@NullMarked
package dev.holdfast.recovery.run;

import org.jspecify.annotations.NullMarked;
