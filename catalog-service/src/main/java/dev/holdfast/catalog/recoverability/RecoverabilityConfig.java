/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.recoverability;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What recoverability is measured by. */
@ConfigMapping(prefix = "holdfast.recoverability")
public interface RecoverabilityConfig {

  /** How much work may be lost at most. */
  @WithDefault("5m")
  Duration rpo();
}
