/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** The worker's keys: it can write backups and read none. */
@ConfigMapping(prefix = "holdfast.keys")
public interface KeysConfig {

  /** File with the recipients that backups are encrypted to, one a line. */
  Path recipients();

  /** File with the worker's own signing key. */
  Path signing();

  /** A data key that is older is replaced; what it encrypted keeps it. */
  @WithDefault("30d")
  Duration rotation();
}
