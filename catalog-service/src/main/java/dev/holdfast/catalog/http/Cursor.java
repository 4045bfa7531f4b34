/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Where a page ended: the sort key of its last item. Opaque to clients. */
public record Cursor(List<String> key) {

  public Cursor {
    key = List.copyOf(key);
  }

  public static Cursor of(Object... key) {
    return new Cursor(Arrays.stream(key).map(String::valueOf).toList());
  }

  /**
   * @throws IllegalArgumentException when {@code text} was not made by {@link #text}
   */
  static Cursor parse(String text) {
    return new Cursor(
        List.of(new String(Base64.getUrlDecoder().decode(text), UTF_8).split("\n", -1)));
  }

  public String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(String.join("\n", key).getBytes(UTF_8));
  }
}
