/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.watch;

import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import dev.holdfast.service.SecretConverter;
import dev.holdfast.service.SourceIdConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What is watched, how often, and how long a trigger's condition has to hold. */
@ConfigMapping(prefix = "holdfast.monitor")
public interface MonitorConfig {

  /** The source that both servers belong to. */
  @WithDefault("main")
  @WithConverter(SourceIdConverter.class)
  SourceId source();

  /** JDBC url of the configured primary; without it the source's own url is watched. */
  Optional<String> primaryUrl();

  /** JDBC url of its standby; without one nothing ever counts as failed: one signal is not two. */
  Optional<String> standbyUrl();

  /** Needs pg_monitor and, for the canary, to write holdfast.heartbeat; default: the source's. */
  Optional<String> user();

  @WithConverter(SecretConverter.class)
  Optional<Secret> password();

  /** Time between two looks. */
  @WithDefault("30s")
  Duration interval();

  /** To connect, and for each answer. */
  @WithDefault("5s")
  Duration timeout();

  /** A trigger table that replaces the shipped one. */
  Optional<Path> triggerTable();

  /** Settings by trigger id. */
  Map<String, TriggerSettings> triggers();

  /** What of a trigger can be set without a table of one's own. */
  interface TriggerSettings {
    /** How long its conditions have to hold. */
    Optional<Duration> duration();
  }
}
