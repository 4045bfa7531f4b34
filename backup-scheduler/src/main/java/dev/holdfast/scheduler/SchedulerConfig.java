/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Which policy is followed, and how patiently. */
@ConfigMapping(prefix = "holdfast.scheduler")
public interface SchedulerConfig {

  /** A policy that replaces the shipped one. */
  Optional<Path> policyFile();

  /** How often schedules and overdue answers are looked at. */
  @WithDefault("1s")
  Duration lookEvery();

  /**
   * How often it is told which policy is followed, so that others may lose what they know; besides,
   * whenever a schedule has come due.
   */
  @WithDefault("10m")
  Duration tellPolicyEvery();

  /** A recovery point that no worker has sealed for so long has failed. */
  @WithDefault("5m")
  Duration recoveryPointWithin();

  /** A base snapshot that no worker has sealed for so long has failed. */
  @WithDefault("24h")
  Duration baseWithin();

  /** A source that no worker has hashed for so long has failed. */
  @WithDefault("6h")
  Duration proofWithin();
}
