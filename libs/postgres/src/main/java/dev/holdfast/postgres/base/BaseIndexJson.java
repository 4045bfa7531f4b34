/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.postgres.PostgresException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The JSON form of a {@link BaseIndex}. */
public final class BaseIndexJson {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          .build();

  private BaseIndexJson() {}

  /** Leaves {@code out} open. */
  public static void write(BaseIndex index, OutputStream out) throws IOException {
    JSON.writeValue(out, index);
  }

  /**
   * @throws PostgresException {@code TOO_NEW} for a newer format, {@code DAMAGED} for anything that
   *     is no index
   */
  public static BaseIndex read(InputStream in) throws IOException {
    BaseIndex index;
    try {
      index = JSON.readValue(in, BaseIndex.class);
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new PostgresException(
          PostgresException.Reason.DAMAGED,
          null,
          "the index of the base is not readable: " + e.getOriginalMessage(),
          "restore from another base or another region's copy",
          e);
    }
    if (index.format() != BaseIndex.FORMAT) {
      throw new PostgresException(
          PostgresException.Reason.TOO_NEW,
          null,
          "the index of the base has format "
              + index.format()
              + ", this version reads format "
              + BaseIndex.FORMAT,
          "use the version of Holdfast that wrote it, or a newer one");
    }
    return index;
  }
}
