/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import java.time.Instant;
import java.util.Optional;

/**
 * What people and services ask of the recovery orchestrator; keyed by run id, which makes a command
 * idempotent.
 */
public sealed interface RecoveryCommand extends Message {

  RunId run();

  @Override
  default String key() {
    return run().value();
  }

  /** Run a recovery procedure, such as {@code database_failure}. */
  @MessageType(
      value = "dev.holdfast.recovery.execute-procedure.v1",
      topic = Topics.RECOVERY_COMMANDS)
  record ExecuteProcedure(
      RunId run, String procedure, SourceId source, String requestedBy, Instant requestedAt)
      implements RecoveryCommand {}

  /** At most one of {@code toTime} and {@code toLsn}; neither means the latest recovery point. */
  record Target(Optional<Instant> toTime, Optional<Lsn> toLsn) {
    public Target {
      if (toTime.isPresent() && toLsn.isPresent()) {
        throw new IllegalArgumentException("target: give toTime or toLsn, not both");
      }
    }
  }

  /**
   * Restore a source into a database.
   *
   * @param into JDBC url of the database to fill, without credentials; created when it does not
   *     exist
   * @param credentials name of the credentials that the orchestrator is configured with for that
   *     server; secrets never travel through Kafka
   * @param region read from this region first
   */
  @MessageType(value = "dev.holdfast.recovery.restore.v1", topic = Topics.RECOVERY_COMMANDS)
  record Restore(
      RunId run,
      SourceId source,
      Target target,
      String into,
      String credentials,
      Optional<RegionId> region,
      String requestedBy,
      Instant requestedAt)
      implements RecoveryCommand {}

  /** Answer to a step that waits for a person. */
  @MessageType(value = "dev.holdfast.recovery.decide-step.v1", topic = Topics.RECOVERY_COMMANDS)
  record DecideStep(
      RunId run, int step, boolean approved, String decidedBy, String comment, Instant decidedAt)
      implements RecoveryCommand {}
}
