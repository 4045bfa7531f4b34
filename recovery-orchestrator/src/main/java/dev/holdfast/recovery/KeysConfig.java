/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** The recovery side's key: whoever holds it can read the backups. */
@ConfigMapping(prefix = "holdfast.keys")
public interface KeysConfig {

  /**
   * File with the private key, {@code passphrase:<file>} or the ARN of a KMS key; without it
   * nothing can be restored here.
   */
  Optional<String> identity();
}
