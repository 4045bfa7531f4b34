/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.ChainLink;
import jakarta.inject.Singleton;

/** Turns chain links into rows and back. */
@Singleton
class LinkJson {

  /** Its own, so that settings of the HTTP side cannot change what is stored. */
  private final ObjectMapper mapper =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  ChainLink toLink(LinkRow row) {
    try {
      return new ChainLink(
          row.firstManifest,
          row.lastManifest,
          row.sealedAt,
          row.segments,
          mapper.readValue(row.entry, ChainEntry.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "chain link of source %s at manifest %d is not readable; rebuild the catalog from the vault (POST /api/v1/rebuild)"
              .formatted(row.source, row.firstManifest),
          e);
    }
  }

  void fill(LinkRow row, ChainLink link) {
    row.firstManifest = link.first();
    row.lastManifest = link.last();
    row.sealedAt = link.sealedAt();
    row.segments = link.segments();
    try {
      row.entry = mapper.writerFor(ChainEntry.class).writeValueAsString(link.entry());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("chain entry cannot be written as JSON", e);
    }
  }
}
