/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Who may use the catalog. */
@ConfigMapping(prefix = "holdfast.access")
public interface AccessConfig {

  /**
   * Accounts with passwords, as {@code holdfast user add} writes them; read again when it changes.
   */
  Optional<Path> usersFile();

  /** How long somebody who signed in on the pages stays signed in. */
  @WithDefault("12h")
  Duration sessionLife();

  /** How many requests an account may make in a minute, all at once or one after another. */
  @WithDefault("1200")
  int requestsPerMinute();
}
