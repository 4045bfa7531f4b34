/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How copies are made and looked after. */
@ConfigMapping(prefix = "holdfast.replication")
public interface CopyConfig {

  /** How often the vault is looked at without an announcement, in case one was lost. */
  @WithDefault("15s")
  Duration lookEvery();

  /** How often a region's whole listing is compared with what the chain names. */
  @WithDefault("6h")
  Duration compareEvery();

  /** Objects that are copied side by side into one region. */
  @WithDefault("4")
  int parallelCopies();

  /**
   * How long a copy waits for an answer of another region that it reads from; then that region is
   * passed over until it answers.
   */
  @WithDefault("10s")
  Duration patience();

  /** A region that cannot be copied to for so long raises an alert. */
  @WithDefault("2m")
  Duration alertAfter();
}
