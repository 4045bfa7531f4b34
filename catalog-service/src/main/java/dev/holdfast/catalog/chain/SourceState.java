/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a source right now.
 *
 * @param state as its worker last said: {@code starting}, {@code snapshotting}, {@code streaming},
 *     {@code interrupted}, {@code fenced}, {@code failed}; {@code unknown} before it said anything
 * @param head number of the last manifest that the catalog has read; 0: none
 * @param through everything committed up to here is durable in the vault
 * @param coveredAt everything committed before this moment is durable in the vault
 * @param lastCommit the last commit that is durable in the vault
 */
public record SourceState(
    SourceId id,
    String state,
    String detail,
    Optional<Instant> stateAt,
    Optional<Integer> epoch,
    Optional<String> slot,
    Optional<String> systemId,
    Optional<Integer> timeline,
    long head,
    Optional<Lsn> through,
    Optional<Instant> coveredAt,
    Optional<CommitPoint> lastCommit) {}
