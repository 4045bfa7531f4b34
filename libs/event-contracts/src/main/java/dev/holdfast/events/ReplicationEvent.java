/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import java.time.Instant;
import java.util.Optional;

/** Facts about copies in other regions; keyed by source. */
public sealed interface ReplicationEvent extends Message {

  SourceId source();

  RegionId region();

  @Override
  default String key() {
    return source().value();
  }

  /**
   * Every object that the manifests up to and including {@code throughManifest} name, and the
   * manifests themselves, are in {@code region} and were read back and matched their checksums
   * there. The primary region is reported as well.
   *
   * @param coveredAt everything the source committed before this moment can be restored from this
   *     region; empty while no base snapshot is there
   * @param bytes bytes copied for this step
   */
  @MessageType(
      value = "dev.holdfast.replication.region-verified.v1",
      topic = Topics.REPLICATION_EVENTS)
  record RegionVerified(
      SourceId source,
      RegionId region,
      long throughManifest,
      Optional<Instant> coveredAt,
      long objects,
      long bytes,
      Instant verifiedAt)
      implements ReplicationEvent {}

  /** A copy could not be made or did not match; retried until it is good. */
  @MessageType(value = "dev.holdfast.replication.copy-failed.v1", topic = Topics.REPLICATION_EVENTS)
  record CopyFailed(SourceId source, RegionId region, String object, String reason, Instant at)
      implements ReplicationEvent {}

  /**
   * An object that was missing or damaged in {@code region} was written again from {@code from}.
   */
  @MessageType(
      value = "dev.holdfast.replication.object-healed.v1",
      topic = Topics.REPLICATION_EVENTS)
  record ObjectHealed(SourceId source, RegionId region, RegionId from, String object, Instant at)
      implements ReplicationEvent {}
}
