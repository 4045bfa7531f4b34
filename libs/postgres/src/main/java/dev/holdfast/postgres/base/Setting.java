/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Server settings as {@code pg_db_role_setting} keeps them, as SQL again. */
public final class Setting {

  /** Settings that are lists of names: quoted one by one, or the list would become one name. */
  private static final Set<String> LISTS =
      Set.of(
          "search_path",
          "datestyle",
          "temp_tablespaces",
          "session_preload_libraries",
          "shared_preload_libraries",
          "local_preload_libraries",
          "log_destination",
          "unix_socket_directories",
          "listen_addresses");

  private Setting() {}

  /** {@code "name" = 'value'}, to follow {@code SET}. */
  public static String assignment(String name, String value) {
    String right;
    if (LISTS.contains(name.toLowerCase(Locale.ROOT))) {
      List<String> items = new ArrayList<>();
      for (String item : split(value)) {
        items.add(Sql.literal(item));
      }
      right = items.isEmpty() ? "''" : String.join(", ", items);
    } else {
      right = literal(value);
    }
    // A name may be qualified (extension.setting); its parts are quoted one by one.
    return String.join(".", List.of(name.split("\\.")).stream().map(Sql::identifier).toList())
        + " = "
        + right;
  }

  /** A text that never breaks the line. */
  static String literal(String text) {
    if (text.indexOf('\n') < 0 && text.indexOf('\r') < 0) {
      return Sql.literal(text);
    }
    return "E'"
        + text.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n").replace("\r", "\\r")
        + "'";
  }

  /** Splits {@code a, "b c", d} into names. */
  private static List<String> split(String value) {
    List<String> items = new ArrayList<>();
    StringBuilder item = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < value.length() && value.charAt(i + 1) == '"') {
          item.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        items.add(item.toString().strip());
        item.setLength(0);
      } else {
        item.append(c);
      }
    }
    if (!item.toString().isBlank() || !items.isEmpty()) {
      items.add(item.toString().strip());
    }
    return items;
  }
}
