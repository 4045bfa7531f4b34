/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.StoredJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The JSON form of a {@link BaseIndex} and of a {@link TableBaseIndex}. */
public final class BaseIndexJson {

  private BaseIndexJson() {}

  /** Leaves {@code out} open. */
  public static void write(BaseIndex index, OutputStream out) throws IOException {
    StoredJson.MAPPER.writeValue(out, index);
  }

  /**
   * @throws PostgresException {@code TOO_NEW} for a newer format, {@code DAMAGED} for anything that
   *     is no index
   */
  public static BaseIndex read(InputStream in) throws IOException {
    BaseIndex index;
    try {
      JsonNode tree = StoredJson.MAPPER.readTree(in);
      requireKnown(tree.path("format")); // first of all: a newer one may look different
      index = StoredJson.MAPPER.treeToValue(tree, BaseIndex.class);
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw damaged(e.getOriginalMessage(), e);
    }
    return index;
  }

  /** Leaves {@code out} open. */
  static void write(TableBaseIndex index, OutputStream out) throws IOException {
    StoredJson.MAPPER.writeValue(out, index);
  }

  /** As {@link #read}, of a table base. */
  public static TableBaseIndex readTables(InputStream in) throws IOException {
    try {
      JsonNode tree = StoredJson.MAPPER.readTree(in);
      requireKnown(tree.path("format"));
      return StoredJson.MAPPER.treeToValue(tree, TableBaseIndex.class);
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw damaged(e.getOriginalMessage(), e);
    }
  }

  private static void requireKnown(JsonNode format) {
    if (!format.isIntegralNumber() || format.asLong() < 1) {
      throw damaged("it names no format", null);
    }
    if (format.asLong() > BaseIndex.FORMAT) {
      throw new PostgresException(
          PostgresException.Reason.TOO_NEW,
          null,
          "the index of the base has format "
              + format.asLong()
              + ", this version reads format "
              + BaseIndex.FORMAT,
          "use the version of Holdfast that wrote it, or a newer one");
    }
  }

  private static PostgresException damaged(String how, @Nullable Exception cause) {
    return new PostgresException(
        PostgresException.Reason.DAMAGED,
        null,
        "the index of the base is not readable: " + how,
        "restore from another base or another region's copy",
        cause);
  }
}
