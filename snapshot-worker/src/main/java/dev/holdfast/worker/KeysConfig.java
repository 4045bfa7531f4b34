/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** The worker's keys: it can write backups and read none. */
@ConfigMapping(prefix = "holdfast.keys")
public interface KeysConfig {

  /** File with the recipients that backups are encrypted to, one a line. */
  Path recipients();

  /** File with the worker's own signing key. */
  Path signing();
}
