/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Position;
import java.time.Instant;

/**
 * A recovery point that was asked for and is in the chain.
 *
 * @param coveredAt everything committed before this moment is at or before {@code through}
 * @param marked exactly what was committed before the request's marker ends at or before it
 * @param bytes stored since the last one that was asked for
 */
public record SealedPoint(Position through, Instant coveredAt, Position marked, long bytes) {}
