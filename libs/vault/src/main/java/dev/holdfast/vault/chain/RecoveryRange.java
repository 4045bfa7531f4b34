/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import dev.holdfast.model.Position;
import java.time.Instant;

/**
 * A stretch of history in which every target can be restored, contiguous from one base.
 *
 * @param from position of the base
 * @param fromTime when the base's snapshot was taken
 * @param through the last position covered
 * @param throughTime everything committed before this moment is covered
 * @param base id of the base that it starts from
 */
public record RecoveryRange(
    Position from, Instant fromTime, Position through, Instant throughTime, String base) {}
