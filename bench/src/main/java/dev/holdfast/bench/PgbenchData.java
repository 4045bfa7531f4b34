/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The tables of pgbench, with filler that does not compress to nothing. */
final class PgbenchData {

  static final int ACCOUNTS_PER_SCALE = 100_000;

  private PgbenchData() {}

  /** About 15 MB a scale. */
  static void load(Connection connection, int scale) throws SQLException {
    String[] statements = {
      "CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88))",
      "CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int, filler char(84))",
      "CREATE TABLE pgbench_accounts (aid int, bid int, abalance int, filler char(84))",
      "CREATE TABLE pgbench_history (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tid int,"
          + " bid int, aid int, delta int, mtime timestamptz, filler char(22))",
      "INSERT INTO pgbench_branches SELECT g, 0, md5(g::text) FROM generate_series(1, "
          + scale
          + ") g",
      "INSERT INTO pgbench_tellers SELECT g, (g - 1) / 10 + 1, 0, md5(g::text) FROM"
          + " generate_series(1, "
          + 10L * scale
          + ") g",
      "INSERT INTO pgbench_accounts SELECT g, (g - 1) / 100000 + 1, 0,"
          + " md5(g::text) || repeat('lorem ipsum ', 4) FROM generate_series(1, "
          + (long) ACCOUNTS_PER_SCALE * scale
          + ") g",
      "ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid)",
      "VACUUM ANALYZE"
    };
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
