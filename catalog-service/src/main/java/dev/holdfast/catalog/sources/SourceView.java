/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.sources;

import dev.holdfast.catalog.proofs.ProofStanding;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A protected source.
 *
 * @param state {@code starting}, {@code snapshotting}, {@code streaming}, {@code interrupted},
 *     {@code fenced}, {@code failed}, or {@code unknown} before its worker said anything
 * @param manifest number of the newest manifest of its chain; 0: none
 * @param through everything committed up to here is durable in the vault
 * @param coveredAt everything committed before this moment is durable in the vault
 * @param proof whether what the vault holds is what the source held
 * @param lastCommit the last commit that is durable in the vault
 */
public record SourceView(
    String id,
    String state,
    String detail,
    Optional<Instant> stateAt,
    Optional<Integer> epoch,
    Optional<String> slot,
    Optional<String> systemId,
    Optional<Integer> timeline,
    long manifest,
    Optional<Lsn> through,
    Optional<Instant> coveredAt,
    Optional<CommitPoint> lastCommit,
    ProofStanding proof,
    List<RegionView> regions) {}
