/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.verify.RowHasher;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.jdbc.PgConnection;

/** Feeds lines into a {@code COPY ... FROM STDIN}. */
final class LineCopy {

  /** Gives the lines. */
  interface Lines {
    void into(LineMerge merge) throws IOException;
  }

  private LineCopy() {}

  /**
   * Copies all lines, and makes sure that the server took as many.
   *
   * @param hasher sees each line
   */
  static void into(Connection connection, String command, RowHasher hasher, Lines lines)
      throws SQLException, IOException {
    long before = hasher.rows();
    CopyIn copy = connection.unwrap(PgConnection.class).getCopyAPI().copyIn(command);
    try {
      LineMerge merge =
          new LineMerge((buffer, from, length) -> write(copy, buffer, from, length), hasher);
      lines.into(merge);
      merge.flush();
      long taken = copy.endCopy();
      if (taken != hasher.rows() - before) {
        throw new IllegalStateException(
            command + ": the server took " + taken + " of " + (hasher.rows() - before) + " rows");
      }
    } catch (Failed e) {
      throw e.sql;
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static void write(CopyIn copy, byte[] buffer, int from, int length) {
    try {
      copy.writeToCopy(buffer, from, length);
    } catch (SQLException e) {
      throw new Failed(e);
    }
  }

  /** Carries a driver's exception out of a callback. */
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient SQLException sql;

    Failed(SQLException sql) {
      super(sql);
      this.sql = sql;
    }
  }
}
