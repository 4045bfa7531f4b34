/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Finding;
import dev.holdfast.postgres.base.BaseProgress;
import dev.holdfast.vault.VaultWriter.KeyInUse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a source's capture stands.
 *
 * @param received the stream has brought everything up to here
 * @param retainedWalBytes log on the source's disk because of our slot
 * @param dataKey what is encrypted with now
 * @param base how far the base is that is being taken
 * @param keyAge a data key of that age is replaced: the least that settings and strategies say
 */
public record CaptureStatus(
    SourceId source,
    CaptureState state,
    Instant since,
    int epoch,
    Optional<Integer> timeline,
    String slot,
    Optional<LastSealed> lastSealed,
    Optional<Lsn> received,
    Optional<Long> retainedWalBytes,
    List<Finding> findings,
    Optional<BaseProgress> base,
    Optional<KeyInUse> dataKey,
    Duration keyAge) {

  /**
   * What is durable.
   *
   * @param coveredAt everything committed before this moment is at or before {@code position}
   */
  public record LastSealed(
      long manifest,
      Position position,
      Optional<CommitPoint> commit,
      Optional<Instant> coveredAt) {}
}
