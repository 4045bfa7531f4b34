/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.probe;

import dev.holdfast.model.Lsn;
import dev.holdfast.monitor.verdict.ServerView;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Looks at one server: connects, selects, and asks what role it plays and how far it is. */
public final class ServerProbe {

  private static final String PRIMARY =
      """
      select (select system_identifier::text from pg_control_system()),
        ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int,
        pg_current_wal_lsn()::text
      """;

  private static final String STANDBY =
      """
      select (select system_identifier::text from pg_control_system()),
        coalesce((select received_tli from pg_stat_wal_receiver),
          (select timeline_id from pg_control_checkpoint())),
        greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::text,
        (select count(*) from pg_stat_wal_receiver),
        (select status from pg_stat_wal_receiver),
        (select extract(epoch from clock_timestamp() - last_msg_receipt_time)
          from pg_stat_wal_receiver),
        (select setting::bigint from pg_settings where name = 'wal_receiver_timeout')
      """;

  /** A receiver that waits for its primary this long has no say (its timeout is switched off). */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

  private final InstantSource clock;

  public ServerProbe(InstantSource clock) {
    this.clock = clock;
  }

  public ServerView look(PostgresAccess access) {
    Instant begun = clock.instant();
    ServerView.Seen seen;
    try (Connection connection = access.connect();
        Statement statement = connection.createStatement()) {
      seen = ask(statement, begun);
    } catch (SQLException e) {
      seen = judge(e);
    }
    return new ServerView(access.server(), clock.instant(), seen);
  }

  private ServerView.Seen ask(Statement statement, Instant begun) throws SQLException {
    boolean inRecovery;
    try (ResultSet row = statement.executeQuery("select pg_is_in_recovery()")) {
      row.next();
      inRecovery = row.getBoolean(1);
    }
    Duration took = Duration.between(begun, clock.instant());
    try (ResultSet row = statement.executeQuery(inRecovery ? STANDBY : PRIMARY)) {
      row.next();
      String lsn = row.getString(3);
      return new ServerView.Answered(
          row.getString(1),
          inRecovery,
          row.getInt(2),
          lsn == null ? Lsn.NONE : Lsn.parse(lsn),
          inRecovery ? receiver(row) : new ServerView.Receiver.None(),
          took);
    }
  }

  private static ServerView.Receiver receiver(ResultSet row) throws SQLException {
    if (row.getLong(4) == 0) {
      return new ServerView.Receiver.NotStreaming("no walreceiver is running");
    }
    String status = row.getString(5);
    if (status == null) {
      return new ServerView.Receiver.Hidden(
          "the monitor's user may not see pg_stat_wal_receiver: grant it pg_monitor");
    }
    if (!status.equals("streaming")) {
      return new ServerView.Receiver.NotStreaming("walreceiver is '" + status + "'");
    }
    double age = row.getDouble(6);
    if (row.wasNull()) {
      return new ServerView.Receiver.NotStreaming("walreceiver has heard nothing yet");
    }
    Duration silent = Duration.ofMillis(Math.max(0, (long) (age * 1000)));
    return silent.compareTo(longestSilence(row.getLong(7))) > 0
        ? new ServerView.Receiver.NotStreaming(
            "walreceiver has heard nothing for " + silent.toSeconds() + " s")
        : new ServerView.Receiver.Streaming(silent);
  }

  /**
   * A receiver that hears nothing for half its timeout asks its primary to answer, so a living one
   * is never silent for much longer than that.
   */
  private static Duration longestSilence(long receiverTimeoutMillis) {
    return receiverTimeoutMillis <= 0
        ? LONGEST_SILENCE
        : Duration.ofMillis(receiverTimeoutMillis / 2).plusSeconds(10);
  }

  /**
   * Refused is what any client would meet. What only concerns the monitor's own account, settings
   * or name service says nothing about the server.
   */
  static ServerView.Seen judge(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    String reason = reason(e);
    if (hasCause(e, UnknownHostException.class)) {
      return new ServerView.Silent(reason);
    }
    boolean connectionLost = state.startsWith("08") && !state.equals("08004");
    boolean notAccepting = state.equals("57P01") || state.equals("57P02") || state.equals("57P03");
    boolean tooSlow = state.equals("57014");
    return connectionLost || notAccepting || tooSlow
        ? new ServerView.Refused(reason)
        : new ServerView.Silent(reason);
  }

  static String reason(SQLException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    String line = message.lines().findFirst().orElse("no message");
    return e.getSQLState() == null ? line : line + " (SQLSTATE " + e.getSQLState() + ")";
  }

  private static boolean hasCause(Throwable thrown, Class<? extends Throwable> type) {
    for (@Nullable Throwable t = thrown; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }
}
