/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * libpq's password file: lines of {@code host:port:database:user:password}, {@code *} for any, a
 * backslash before {@code :} and {@code \}.
 */
final class PasswordFile {

  private final List<String> lines;

  private PasswordFile(List<String> lines) {
    this.lines = lines;
  }

  /** {@code PGPASSFILE}, else {@code ~/.pgpass}; no lines when it cannot be read. */
  static PasswordFile of(Console console) {
    Path file =
        console
            .variable("PGPASSFILE")
            .map(Path::of)
            .orElseGet(() -> console.home().resolve(".pgpass"));
    try {
      return new PasswordFile(Files.isRegularFile(file) ? Files.readAllLines(file) : List.of());
    } catch (IOException e) {
      // As libpq: a file that cannot be read is no file.
      return new PasswordFile(List.of());
    }
  }

  /** The password of the first line that matches. */
  Optional<String> find(String host, int port, String database, String user) {
    List<String> wanted = List.of(host, String.valueOf(port), database, user);
    for (String line : lines) {
      if (line.startsWith("#")) {
        continue;
      }
      List<String> fields = fields(line);
      if (fields.size() < 5) {
        continue;
      }
      boolean matches = true;
      for (int i = 0; i < wanted.size(); i++) {
        matches &= fields.get(i).equals("*") || fields.get(i).equals(wanted.get(i));
      }
      if (matches) {
        return Optional.of(fields.get(4));
      }
    }
    return Optional.empty();
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + 1 < line.length()) {
        field.append(line.charAt(++i));
      } else if (c == ':' && fields.size() < 4) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
