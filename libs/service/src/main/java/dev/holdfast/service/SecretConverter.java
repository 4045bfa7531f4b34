/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import dev.holdfast.model.Secret;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads a {@link Secret} from configuration. */
public final class SecretConverter implements Converter<Secret> {

  private static final long serialVersionUID = 1L;

  @Override
  public Secret convert(String value) {
    return new Secret(value);
  }
}
