/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Facts about recovery runs; keyed by run id. */
public sealed interface RecoveryEvent extends Message {

  RunId run();

  @Override
  default String key() {
    return run().value();
  }

  /** {@code procedure} is {@code restore} for a plain restore. */
  @MessageType(value = "dev.holdfast.recovery.run-started.v1", topic = Topics.RECOVERY_EVENTS)
  record RunStarted(
      RunId run,
      String procedure,
      SourceId source,
      Optional<String> incident,
      String requestedBy,
      Instant startedAt)
      implements RecoveryEvent {}

  enum StepStatus {
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("waiting-for-approval")
    WAITING_FOR_APPROVAL,
    @JsonProperty("completed")
    COMPLETED,
    @JsonProperty("skipped")
    SKIPPED,
    @JsonProperty("failed")
    FAILED
  }

  /**
   * @param sequence number of this change within the run, from 1
   */
  @MessageType(value = "dev.holdfast.recovery.step-changed.v1", topic = Topics.RECOVERY_EVENTS)
  record StepChanged(
      RunId run, long sequence, int step, String name, StepStatus status, String detail, Instant at)
      implements RecoveryEvent {}

  /** Clients of {@code source} now reach the server at {@code host:port}. */
  @MessageType(value = "dev.holdfast.recovery.primary-promoted.v1", topic = Topics.RECOVERY_EVENTS)
  record PrimaryPromoted(
      RunId run, SourceId source, String host, int port, int timeline, Lsn fork, Instant promotedAt)
      implements RecoveryEvent {}

  enum RunStatus {
    @JsonProperty("completed")
    COMPLETED,
    @JsonProperty("failed")
    FAILED
  }

  /**
   * @param rpoAchieved data loss as time; empty when it could not be established
   * @param rtoAchieved from the first sign of the failure, or from the request, to the end of the
   *     last critical step
   * @param lostTransactions commits that were sealed or acknowledged and are not in the recovered
   *     database; empty when unknown
   */
  record Metrics(
      Optional<Duration> rpoAchieved,
      Optional<Duration> rtoAchieved,
      Optional<Long> lostTransactions) {}

  @MessageType(value = "dev.holdfast.recovery.run-finished.v1", topic = Topics.RECOVERY_EVENTS)
  record RunFinished(
      RunId run,
      String procedure,
      SourceId source,
      RunStatus status,
      String detail,
      Metrics metrics,
      Instant startedAt,
      Instant finishedAt)
      implements RecoveryEvent {}
}
