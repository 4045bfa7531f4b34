/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import dev.holdfast.model.SourceId;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads a {@link SourceId} from configuration. */
public final class SourceIdConverter implements Converter<SourceId> {

  private static final long serialVersionUID = 1L;

  @Override
  public SourceId convert(String value) {
    return new SourceId(value);
  }
}
