/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.postgres.restore.BesideTarget;
import dev.holdfast.postgres.restore.Selection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which tables are restored, and where to. */
@SuppressWarnings("NullAway.Init")
final class RestoreScope {

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "<pattern>",
      description = "Only these schemas or tables, such as shop, shop.orders or ord%%.")
  List<String> only = List.of();

  @Option(
      names = "--beside",
      paramLabel = "<schema>",
      description = {
        "Put the rows into this new schema of a database that is in use, into plain tables with the",
        "key that the rows have; nothing that is there is touched."
      })
  @Nullable String beside;

  @Option(
      names = "--in-place",
      description = {
        "Afterwards give the live tables these rows, in one transaction; what they held stays in the",
        "schema beside, in tables whose names end with _before. Asks for the database's name to be",
        "typed. With --only."
      })
  boolean inPlace;

  @Option(
      names = "--confirm",
      paramLabel = "<database>",
      description = "With --in-place: the database's name, where nobody can be asked.")
  @Nullable String confirm;

  Selection selection() {
    return new Selection(only);
  }

  /** The new schema; empty for a database of its own. */
  Optional<String> schema(Instant now) {
    return beside != null
        ? Optional.of(beside)
        : inPlace ? Optional.of(BesideTarget.name(now)) : Optional.empty();
  }

  /** Asks for what replacing rows takes: that somebody names the database. */
  void confirmed(Console console, TargetUrl into) {
    if (inPlace) {
      Confirmation.require(
          console,
          "this replaces all rows of %s in database %s"
              .formatted(String.join(", ", only), into.url().database()),
          into.url().database(),
          confirm);
    }
  }

  /** What does not go together; empty when all does. */
  Optional<String> contradiction() {
    if (inPlace && only.isEmpty()) {
      return Optional.of("--in-place needs --only: name the tables whose rows are replaced");
    }
    if (confirm != null && !inPlace) {
      return Optional.of("--confirm is for --in-place");
    }
    return only.stream().anyMatch(String::isBlank)
        ? Optional.of("--only holds a blank name: leave it out")
        : Optional.empty();
  }
}
