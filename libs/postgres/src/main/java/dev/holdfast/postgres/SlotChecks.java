/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import dev.holdfast.postgres.base.ReplicationSlots;
import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** What replication slots do to a source: the log that they hold back, and how near its end is. */
final class SlotChecks {

  /** Log that a slot holds back before it is worth a word: 64 segments of 16 MiB. */
  private static final long MUCH = 1L << 30;

  private final Connection connection;
  private final String slot;
  private final String where;
  private final List<Finding> findings;

  SlotChecks(Connection connection, String slot, String where, List<Finding> findings) {
    this.connection = connection;
    this.slot = slot;
    this.where = where;
    this.findings = findings;
  }

  /**
   * @param major version of the server
   */
  void run(int major) throws SQLException {
    ReplicationSlots.inspect(connection, slot, where).ifPresent(this::ours);
    others();
    if (major >= 17) {
      failover();
      absentStandbys();
    }
  }

  private void ours(SlotState state) {
    String name = "slot " + state.name();
    switch (state.walStatus()) {
      case LOST ->
          findings.add(
              Finding.warning(
                  name,
                  "the source has invalidated the slot: what it had not sent is lost to the stream",
                  "nothing: a hole is recorded and a new base is taken; raise"
                      + " max_slot_wal_keep_size so that it does not happen again"));
      case UNRESERVED ->
          findings.add(
              Finding.warning(
                  name,
                  "the slot holds back "
                      + mib(state.retainedBytes())
                      + " of log and is invalidated at the source's next checkpoint",
                  "let capture catch up now: see the source's state; or raise"
                      + " max_slot_wal_keep_size"));
      case RESERVED, EXTENDED -> {
        if (state.retainedBytes() >= MUCH) {
          findings.add(
              Finding.warning(
                  name,
                  "the slot holds back "
                      + mib(state.retainedBytes())
                      + " of log on the source's disk"
                      + (state.safeWalBytes().isPresent()
                          ? "; it is invalidated when "
                              + mib(state.safeWalBytes().getAsLong())
                              + " more are written"
                          : ", and nothing limits it"),
                  "see why capture does not get on (the source's state), and whether a transaction"
                      + " is open for long"));
        }
      }
    }
  }

  private void others() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT slot_name, pg_catalog.pg_wal_lsn_diff(
                     pg_catalog.pg_current_wal_lsn(), restart_lsn)::bigint
            FROM pg_catalog.pg_replication_slots
            WHERE NOT active AND slot_name <> ? AND restart_lsn IS NOT NULL
              AND pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn) >= ?
            ORDER BY slot_name
            """)) {
      statement.setString(1, slot);
      statement.setLong(2, MUCH);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          findings.add(
              Finding.warning(
                  "slot " + row.getString(1),
                  "a slot that nobody uses now holds back "
                      + mib(row.getLong(2))
                      + " of log on the source's disk",
                  "SELECT pg_drop_replication_slot('"
                      + row.getString(1).replace("'", "''")
                      + "'), if nobody comes back for it"));
        }
      }
    }
  }

  /** From 17 on a server can wait for its standbys before it sends a change to logical slots. */
  private void failover() throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT pg_catalog.current_setting('synchronized_standby_slots') = ''
                  AND EXISTS (SELECT FROM pg_catalog.pg_stat_replication WHERE state = 'streaming'
                                AND application_name NOT LIKE 'holdfast%')
                """);
        ResultSet row = statement.executeQuery()) {
      row.next();
      if (row.getBoolean(1)) {
        findings.add(
            Finding.info(
                "synchronized_standby_slots",
                "the vault may run ahead of a standby: after a failover its last commits can be"
                    + " orphaned. Naming the standbys' slots in synchronized_standby_slots prevents"
                    + " it, but then a dead standby stalls capture"));
      }
    }
  }

  /** A standby that the server waits for, and that is not there: nothing is sent until it is. */
  private void absentStandbys() throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT pg_catalog.string_agg(named.slot, ', ') FROM (
                    SELECT pg_catalog.btrim(slot, ' "') AS slot FROM pg_catalog.unnest(
                      pg_catalog.string_to_array(
                        pg_catalog.current_setting('synchronized_standby_slots'), ',')) AS slot)
                  AS named
                LEFT JOIN pg_catalog.pg_replication_slots s ON s.slot_name = named.slot
                WHERE s.active IS NOT TRUE
                """);
        ResultSet row = statement.executeQuery()) {
      row.next();
      if (row.getString(1) != null) {
        findings.add(
            Finding.warning(
                "synchronized_standby_slots",
                "the server sends nothing that these standbys' slots have not received, and they are"
                    + " not in use: "
                    + row.getString(1)
                    + "; capture stands still until they are",
                "start the standbys, or take their slots out of synchronized_standby_slots"));
      }
    }
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
  }
}
