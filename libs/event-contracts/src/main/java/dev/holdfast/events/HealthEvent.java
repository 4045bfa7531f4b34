/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/** What probes saw; keyed by component. */
public sealed interface HealthEvent extends Message {

  enum Status {
    @JsonProperty("ok")
    OK,
    @JsonProperty("failed")
    FAILED,
    /** The probe gave no answer about the component, which is never healthy. */
    @JsonProperty("unknown")
    UNKNOWN
  }

  /**
   * The status of one probe of one component changed, or a minute passed since it was last said.
   *
   * @param component such as {@code supabase_primary}
   * @param probe such as {@code connect}, {@code write-canary}, {@code replication-lag}
   * @param value the measured value, its unit fixed by the probe (lag: bytes; latency:
   *     milliseconds)
   */
  @MessageType(value = "dev.holdfast.health.probe-observed.v1", topic = Topics.HEALTH_EVENTS)
  record ProbeObserved(
      String component,
      String probe,
      Status status,
      Optional<Double> value,
      String detail,
      Instant since,
      Instant at)
      implements HealthEvent {
    @Override
    public String key() {
      return component;
    }
  }
}
