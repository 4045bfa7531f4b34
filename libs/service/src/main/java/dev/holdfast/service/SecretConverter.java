/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import dev.holdfast.model.Secret;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Secret} from configuration. */
public final class SecretConverter implements Converter<Secret> {

  private static final long serialVersionUID = 1L;

  /** Null for an empty text, which is what an optional secret that is not set comes as. */
  @Override
  public @Nullable Secret convert(String value) {
    return value.isEmpty() ? null : new Secret(value);
  }
}
