/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.verify.ContentHash;
import dev.holdfast.postgres.verify.TableContent;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the source held while nobody wrote, and what the ledger knew then.
 *
 * @param through all commits end at or before it
 * @param acknowledged the workload's transactions whose commits had been acknowledged
 */
record StillMoment(Lsn through, Set<Long> acknowledged, List<TableContent> content) {

  static StillMoment of(Connections source, Set<Long> acknowledged) throws SQLException {
    try (var connection = source.open();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_catalog.pg_current_wal_insert_lsn()")) {
      row.next();
      return new StillMoment(
          Lsn.parse(row.getString(1)), Set.copyOf(acknowledged), content(source));
    }
  }

  static List<TableContent> content(Connections database) {
    return ContentHash.of(database, ContentHash.tables(database), Optional.empty(), 2);
  }
}
