/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.proofs;

import dev.holdfast.events.RecoveryEvent.ContentCompared;
import dev.holdfast.events.RecoveryEvent.ContentOutcome;
import dev.holdfast.events.RecoveryEvent.TableComparison;
import dev.holdfast.model.Position;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A proof: what the source held at {@code position} compared with what the vault holds there.
 *
 * @param narrows the proof whose difference this looked at closer
 * @param outcome {@code proven}, {@code differs} or {@code not-done}
 * @param fullBecause why the sandbox was restored from a base; null when it was taken on from the
 *     proof before
 * @param equal tables that hold the same
 * @param tables those that differ, first, and those that were not compared
 * @param omitted tables beyond those that are listed
 * @param readAt when the source was read
 */
public record ProofView(
    String proof,
    String source,
    Optional<String> narrows,
    Position position,
    ContentOutcome outcome,
    String detail,
    Optional<String> fullBecause,
    int equal,
    List<TableComparison> tables,
    int omitted,
    Cost cost,
    Instant readAt,
    Instant finishedAt) {

  /**
   * @param sourceSeconds how long the source's snapshot was held
   * @param sourceBytes read there, as {@code COPY} text
   * @param sandboxSeconds how long the recovery side took
   * @param changes row changes that the sandbox took in
   * @param vaultBytes stored bytes that were read from the vault
   */
  public record Cost(
      double sourceSeconds,
      long sourceRows,
      long sourceBytes,
      double sandboxSeconds,
      long changes,
      long vaultBytes) {}

  static ProofView of(ContentCompared event) {
    return new ProofView(
        event.run().value(),
        event.source().value(),
        event.narrows(),
        event.position(),
        event.outcome(),
        event.detail(),
        event.fullBecause(),
        event.equal(),
        event.tables(),
        event.omitted(),
        new Cost(
            event.cost().sourceTook().toMillis() / 1000.0,
            event.cost().sourceRows(),
            event.cost().sourceBytes(),
            event.cost().sandboxTook().toMillis() / 1000.0,
            event.cost().changes(),
            event.cost().vaultBytes()),
        event.readAt(),
        event.finishedAt());
  }
}
