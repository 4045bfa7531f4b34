/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The errors that {@code pg_restore} printed, each with the object it was about. What is missing
 * only because the source's scope leaves it out is a note; all else fails the restore.
 */
record RestoreErrors(List<Failure> failures) {

  /**
   * @param entry such as {@code FK CONSTRAINT calls calls_log_fkey postgres}
   * @param error the server's words, one line
   * @param command what was tried
   */
  record Failure(String entry, String error, String command) {}

  private static final Pattern ENTRY =
      Pattern.compile("pg_restore: from TOC entry \\d+; \\d+ \\d+ (.*)");
  private static final Pattern ERROR = Pattern.compile("pg_restore: (?:error|warning): (.*)");
  private static final String COMMAND = "Command was: ";

  /**
   * Not in the target because the scope, a right or another version left it out, or about something
   * that therefore is not there. That no table is missing is seen to before rows are loaded.
   */
  private static final Pattern MISSING =
      Pattern.compile(
          "does not exist|unrecognized configuration parameter"
              + "|must be (owner|superuser|member)|permission denied");

  private static final Pattern EXISTING_SCHEMA =
      Pattern.compile("schema \".*\" already exists", Pattern.DOTALL);

  /** Said of what an earlier attempt, which was killed, has restored already. */
  private static final Pattern THERE =
      Pattern.compile(
          "already exists|multiple primary keys for table|is already member of publication");

  /**
   * What pg_restore sets for its own session from 17 on. Older servers lack it, and so do all
   * sources that are restored into them: it is never the source's.
   */
  private static final String OWN_SETTING =
      "unrecognized configuration parameter \"transaction_timeout\"";

  private static final String NAME =
      "((?:\"(?:[^\"]|\"\")+\"|[^\\s.(\"]+)\\.(?:\"(?:[^\"]|\"\")+\"|[^\\s.(\"]+))";

  private static final Pattern FOREIGN_KEY =
      Pattern.compile(
          "ALTER TABLE (?:ONLY )?" + NAME + "\\s.*?FOREIGN KEY .*?REFERENCES " + NAME,
          Pattern.DOTALL);

  static RestoreErrors parse(String output) {
    List<Failure> failures = new ArrayList<>();
    String entry = "";
    StringBuilder error = new StringBuilder();
    StringBuilder command = new StringBuilder();
    boolean inCommand = false;
    for (String line : output.lines().toList()) {
      Matcher entryLine = ENTRY.matcher(line);
      Matcher errorLine = ERROR.matcher(line);
      if (entryLine.matches() || errorLine.matches() || line.startsWith("pg_restore: ")) {
        if (!error.isEmpty()) {
          failures.add(new Failure(entry, error.toString(), command.toString()));
        }
        error.setLength(0);
        command.setLength(0);
        inCommand = false;
        if (entryLine.matches()) {
          entry = entryLine.group(1);
        } else if (errorLine.matches() && !errorLine.group(1).startsWith("errors ignored")) {
          error.append(errorLine.group(1));
        }
      } else if (line.startsWith(COMMAND)) {
        inCommand = true;
        command.append(line.substring(COMMAND.length()));
      } else if (inCommand) {
        command.append('\n').append(line);
      } else if (!error.isEmpty() && !line.startsWith("DETAIL:")) {
        // Details quote values of rows.
        error.append(' ').append(line.strip());
      }
    }
    if (!error.isEmpty()) {
      failures.add(new Failure(entry, error.toString(), command.toString()));
    }
    return new RestoreErrors(failures);
  }

  boolean isEmpty() {
    return failures.isEmpty();
  }

  /** Without what an earlier attempt has restored already. */
  RestoreErrors withoutThere() {
    return new RestoreErrors(
        failures.stream().filter(failure -> !THERE.matcher(failure.error()).find()).toList());
  }

  /**
   * @param inexactTables tables whose rows are not in the backup, or only as of its base; {@code
   *     schema.name}, each quoted where PostgreSQL would
   */
  List<String> notesOrThrow(Set<String> inexactTables, String where) {
    List<String> notes = new ArrayList<>();
    for (Failure failure : failures) {
      if (EXISTING_SCHEMA.matcher(failure.error()).find()) {
        // Such as public, which every database has.
        continue;
      }
      if (failure.error().contains(OWN_SETTING)) {
        continue;
      }
      if (!tolerable(failure, inexactTables)) {
        boolean constraint =
            failure.error().contains("violates")
                || failure.error().contains("could not create unique index");
        throw new PostgresException(
            constraint ? Reason.CONSTRAINT : Reason.FAILED,
            null,
            "restoring " + failure.entry() + " at " + where + " failed: " + failure.error(),
            failure.error().contains("extension")
                ? "install the extension on the target's server"
                : constraint
                    ? "the restored rows contradict a constraint: report this, and restore to"
                        + " another point in time"
                    : "");
      }
      notes.add("not restored: " + failure.entry() + ": " + failure.error());
    }
    return notes;
  }

  private static boolean tolerable(Failure failure, Set<String> inexactTables) {
    if (MISSING.matcher(failure.error()).find()) {
      return true;
    }
    if (failure.entry().startsWith("FK CONSTRAINT")
        && failure.error().contains("violates foreign key constraint")) {
      // Rows that are not exact cannot all point, or be pointed at.
      Matcher tables = FOREIGN_KEY.matcher(failure.command());
      return tables.find()
          && (inexactTables.contains(tables.group(1)) || inexactTables.contains(tables.group(2)));
    }
    return false;
  }
}
