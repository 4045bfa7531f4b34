/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Does each step of a restore once, however often the restore is killed and goes on. */
final class RestoreSteps {

  /** A killed one may have done any part of it: it must bear being done again. */
  interface Step {

    /**
     * @return notes
     */
    List<String> run() throws IOException, SQLException;
  }

  private final Connection connection;
  private final RestoreJournal journal;
  private final List<String> notes = new ArrayList<>();

  RestoreSteps(Connection connection, RestoreJournal journal) {
    this.connection = connection;
    this.journal = journal;
  }

  /** Does a step unless the journal has it. */
  void once(String name, Step step) throws IOException, SQLException {
    if (!journal.has(name)) {
      journal.put(connection, name, step.run());
    }
    notes.addAll(journal.notes(name));
  }

  /** The same for a step of this connection alone: done as a whole or not at all. */
  void atOnce(String name, Step step) throws IOException, SQLException {
    connection.setAutoCommit(false);
    once(name, step);
    connection.commit();
    connection.setAutoCommit(true);
  }

  void note(List<String> more) {
    notes.addAll(more);
  }

  /** Of all steps, the earlier attempts' too. */
  List<String> notes() {
    return List.copyOf(notes);
  }
}
