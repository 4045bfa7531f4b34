/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.postgres.search.FoundTransaction;
import dev.holdfast.postgres.search.FoundTransaction.ChangedRow;
import dev.holdfast.postgres.search.FoundTransaction.ChangedTable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Transactions for people. */
final class ChangesText {

  /** Longer values are cut; {@code --json} has them whole. */
  private static final int LONGEST = 60;

  private final PrintStream out;

  ChangesText(PrintStream out) {
    this.out = out;
  }

  void print(FoundTransaction transaction) {
    out.printf(
        "%s  xid %d  %s%n", transaction.time(), transaction.xid(), transaction.lsn().toString());
    transaction.tables().forEach(this::print);
    transaction.rows().forEach(this::print);
    if (transaction.rowsLeftOut() > 0 && !transaction.rows().isEmpty()) {
      out.printf(Locale.ROOT, "    ... and %,d rows more%n", transaction.rowsLeftOut());
    }
  }

  void end(ChangesCommand.Report report) {
    if (report.more()) {
      out.printf("there are more; go on with --from %s%n", report.transactions().getLast().time());
    } else {
      out.printf(
          "%d transactions of source %s committed from %s to %s%n",
          report.transactions().size(), report.source(), report.from(), report.to());
    }
  }

  private void print(ChangedTable table) {
    List<String> what = new ArrayList<>();
    add(what, table.inserted(), "inserted");
    add(what, table.updated(), "updated");
    add(what, table.deleted(), "deleted");
    if (table.truncated()) {
      what.add("TRUNCATED");
    }
    out.printf("  %s.%s  %s%n", table.schema(), table.name(), String.join(", ", what));
  }

  private static void add(List<String> what, long number, String done) {
    if (number > 0) {
      what.add("%,d %s".formatted(number, done));
    }
  }

  private void print(ChangedRow row) {
    String before = values(row.before());
    String after = values(row.after());
    out.printf(
        "    %s %s.%s%s%s%n",
        row.operation(),
        row.schema(),
        row.table(),
        before.isEmpty() ? "" : "  was " + before,
        after.isEmpty() ? "" : "  now " + after);
  }

  private static String values(Map<String, @Nullable String> row) {
    return row.entrySet().stream()
        .map(cell -> cell.getKey() + "=" + value(cell.getValue()))
        .collect(Collectors.joining(" "));
  }

  private static String value(@Nullable String value) {
    if (value == null) {
      return "NULL";
    }
    String shown = value.length() > LONGEST ? value.substring(0, LONGEST) + "..." : value;
    StringBuilder quoted = new StringBuilder("'");
    shown.chars().forEach(c -> quoted.append(Character.isISOControl(c) ? '?' : (char) c));
    return quoted.append('\'').toString();
  }
}
