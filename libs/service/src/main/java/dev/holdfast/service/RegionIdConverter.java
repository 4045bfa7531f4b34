/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import dev.holdfast.model.RegionId;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads a {@link RegionId} from configuration. */
public final class RegionIdConverter implements Converter<RegionId> {

  private static final long serialVersionUID = 1L;

  @Override
  public RegionId convert(String value) {
    return new RegionId(value);
  }
}
