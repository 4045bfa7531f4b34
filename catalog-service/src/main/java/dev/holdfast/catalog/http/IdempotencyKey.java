/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.http;

import dev.holdfast.service.Problem;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The header {@code Idempotency-Key}: the same wish, sent again, gets the same id. */
public final class IdempotencyKey {

  public static final String HEADER = "Idempotency-Key";

  private static final int LONGEST = 200;

  private IdempotencyKey() {}

  /**
   * An id for what is wished.
   *
   * @param of what the key is for: the same key for something else is another wish
   * @param key null for a wish of its own
   */
  public static UUID id(String of, @Nullable String key) {
    if (key == null) {
      return UUID.randomUUID();
    }
    if (key.isBlank() || key.length() > LONGEST) {
      throw Problem.badRequest(
          HEADER,
          HEADER + " has %d characters".formatted(key.length()),
          "use 1 to %d, such as a UUID".formatted(LONGEST));
    }
    return UUID.nameUUIDFromBytes((of + "\n" + key).getBytes(StandardCharsets.UTF_8));
  }
}
