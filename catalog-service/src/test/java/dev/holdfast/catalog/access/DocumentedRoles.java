/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code docs/api.md} says who may do: {@code GET /api/v1/sources} and its role. */
final class DocumentedRoles {

  /** Whoever asks. */
  static final String ANYONE = "anyone";

  private static final Path DOCUMENT = Path.of("..", "docs", "api.md");
  private static final Pattern ROW = Pattern.compile("\\| (`.+?) \\| ([a-z]+) \\| .+ \\|");
  private static final Pattern OPERATION =
      Pattern.compile("`(GET|POST|PUT|DELETE|PATCH) (/[^`? ]+)[^`]*`");

  private DocumentedRoles() {}

  static SortedMap<String, String> read() {
    SortedMap<String, String> roles = new TreeMap<>();
    for (String line : ofCatalog()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Matcher operation = OPERATION.matcher(row.group(1));
        while (operation.find()) {
          roles.put(operation.group(1) + " " + operation.group(2), row.group(2));
        }
      }
    }
    return roles;
  }

  private static List<String> ofCatalog() {
    try {
      String text = Files.readString(DOCUMENT);
      int from = text.indexOf("## catalog-service");
      return text.substring(from, text.indexOf("\n## ", from)).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
