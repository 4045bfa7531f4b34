/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.pages;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;
import java.util.Set;

/** Who may use the pages. */
@ConfigMapping(prefix = "holdfast.pages")
public interface PagesConfig {

  /**
   * Names under which browsers may send commands, beside {@code localhost} and addresses: any other
   * name could be an attacker's that was pointed here.
   */
  Optional<Set<String>> hosts();
}
