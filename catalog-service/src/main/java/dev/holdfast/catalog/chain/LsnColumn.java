/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.Lsn;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.jspecify.annotations.Nullable;

/** Keeps an LSN as PostgreSQL prints it. */
@Converter(autoApply = true)
public class LsnColumn implements AttributeConverter<Lsn, String> {

  @Override
  public @Nullable String convertToDatabaseColumn(@Nullable Lsn lsn) {
    return lsn == null ? null : lsn.toString();
  }

  @Override
  public @Nullable Lsn convertToEntityAttribute(@Nullable String text) {
    return text == null ? null : Lsn.parse(text);
  }
}
