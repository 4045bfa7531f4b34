/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.LargeObjects;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Brings the large objects of a base back, under the OIDs that rows point to. */
final class LargeObjectRestore {

  private LargeObjectRestore() {}

  /** Removes those that an attempt which was killed has left, in a database that had none. */
  static void clear(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata");
    }
  }

  /**
   * Straight from the vault into the program: what they hold is in no file.
   *
   * @param asOf when the base was taken
   * @return notes
   */
  static List<String> apply(
      Connection connection,
      PgRestore program,
      VaultObjects objects,
      BaseIndex.StoredLargeObjects stored,
      String asOf)
      throws IOException, SQLException {
    List<String> notes = new ArrayList<>();
    try (InputStream archive = objects.open(stored.object())) {
      notes.addAll(program.restore(List.of(), archive, "the large objects", Set.of()));
    }
    long found = LargeObjects.count(connection).count();
    if (found != stored.count()) {
      throw new PostgresException(
          PostgresException.Reason.FAILED,
          null,
          "the restored database has "
              + found
              + " large objects instead of the base's "
              + stored.count()
              + (notes.isEmpty() ? "" : ": " + String.join("; ", notes)),
          "make sure that nobody writes to the target, then restore again; report it if it repeats");
    }
    notes.add(
        stored.count()
            + " large objects are as they were at the base ("
            + asOf
            + "): PostgreSQL streams no changes of them");
    return notes;
  }
}
