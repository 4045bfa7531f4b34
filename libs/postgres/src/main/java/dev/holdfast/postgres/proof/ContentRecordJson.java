/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.proof;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.StoredJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The JSON form of a {@link ContentRecord}. */
public final class ContentRecordJson {

  private ContentRecordJson() {}

  /** Leaves {@code out} open. */
  public static void write(ContentRecord content, OutputStream out) throws IOException {
    StoredJson.MAPPER.writeValue(out, content);
  }

  /**
   * @throws PostgresException {@code TOO_NEW} for a newer format, {@code DAMAGED} for anything that
   *     is no record of content
   */
  public static ContentRecord read(InputStream in) throws IOException {
    try {
      JsonNode tree = StoredJson.MAPPER.readTree(in);
      long format = tree.path("format").asLong();
      if (format > ContentRecord.FORMAT) {
        throw new PostgresException(
            PostgresException.Reason.TOO_NEW,
            null,
            "the record of the source's content has format "
                + format
                + ", this version reads format "
                + ContentRecord.FORMAT,
            "use the version of Holdfast that wrote it, or a newer one");
      }
      return StoredJson.MAPPER.treeToValue(tree, ContentRecord.class);
    } catch (JacksonException e) {
      throw new PostgresException(
          PostgresException.Reason.DAMAGED,
          null,
          "the record of the source's content is not readable: " + e.getOriginalMessage(),
          "let the content be proven again",
          e);
    }
  }
}
