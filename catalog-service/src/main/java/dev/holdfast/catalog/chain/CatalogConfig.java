/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the catalog keeps up with the vault. */
@ConfigMapping(prefix = "holdfast.catalog")
public interface CatalogConfig {

  /** How often the vault is looked at without an announcement, in case one was lost. */
  @WithDefault("15s")
  Duration lookAtVaultEvery();
}
