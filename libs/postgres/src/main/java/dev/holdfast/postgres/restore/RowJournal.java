/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.verify.RowHasher;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Which parts of the rows a target has: a restore that was killed goes on with the others. */
interface RowJournal {

  /** For a restore that begins anew when it was killed. */
  RowJournal NONE =
      new RowJournal() {
        @Override
        public Optional<RowHasher> rows(String part) {
          return Optional.empty();
        }

        @Override
        public void put(Connection connection, String part, RowHasher rows) {}
      };

  /** The rows of a part that an earlier attempt has loaded. */
  Optional<RowHasher> rows(String part);

  /** Says that a part is there, in the transaction that loads it. */
  void put(Connection connection, String part, RowHasher rows) throws SQLException;
}
