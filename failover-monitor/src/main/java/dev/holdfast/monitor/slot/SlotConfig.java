/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.slot;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How much log a source may keep for our slot. Capture may be down: the monitor looks itself. */
@ConfigMapping(prefix = "holdfast.monitor.slots")
public interface SlotConfig {

  /** Log behind a slot from which on people are told. */
  @WithDefault("4G")
  MemorySize alert();

  /** Log behind a slot at which it is dropped, so that the source's disk does not fill. */
  Optional<MemorySize> giveUp();

  /** Time between two looks. */
  @WithDefault("30s")
  Duration interval();
}
