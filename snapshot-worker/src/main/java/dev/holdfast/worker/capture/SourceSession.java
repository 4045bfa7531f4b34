/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.ReplicationConnection;
import dev.holdfast.postgres.ReplicationConnection.SystemIdentity;
import dev.holdfast.postgres.ReplicationConnection.TimelineEnd;
import dev.holdfast.postgres.base.ReplicationSlots;
import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import dev.holdfast.worker.capture.SourceView.Promotion;
import dev.holdfast.worker.segment.SegmentAssembler;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the server that is the primary now, for the questions capture has to ask. */
final class SourceSession implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceSession.class);

  private final Connections server;
  private final Connection connection;

  private SourceSession(Connections server, Connection connection) {
    this.server = server;
    this.connection = connection;
  }

  /**
   * @param connections to all servers that the primary may be on
   * @param timeout no answer takes longer
   */
  static SourceSession open(Connections connections, String name, Duration timeout) {
    Connections server = connections.named(name).primary();
    return openOn(server, timeout);
  }

  /** On the one server that {@code server} names. */
  static SourceSession openOn(Connections server, Duration timeout) {
    Connection connection = server.open();
    try {
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(timeout.toMillis()));
    } catch (SQLException e) {
      throw PostgresException.of(e, "setting up the session", server.describe());
    }
    return new SourceSession(server, connection);
  }

  /** Connections to the same server. */
  Connections server() {
    return server;
  }

  Connection sql() {
    return connection;
  }

  /** What {@link ResumeRules} have to know. */
  SourceView look(String slot, Optional<Position> tip) {
    SystemIdentity system;
    List<TimelineEnd> history;
    try (ReplicationConnection replication = server.openReplication()) {
      system = replication.identifySystem();
      history = replication.timelineHistory(system.timeline());
    }
    SourceView view =
        new SourceView(
            system.systemId(),
            system.timeline(),
            system.flushed(),
            history,
            new ReplicationSlots(server).inspect(slot),
            promotion(slot),
            Optional.empty());
    if (view.slot().isEmpty()
        || view.promotion().filter(p -> p.timeline() == view.timeline()).isEmpty()) {
      // Looking into the log takes a transaction id: on a server that was just promoted, none may
      // be taken before its slot is there.
      return view;
    }
    Optional<Lsn> fork =
        tip.filter(t -> t.systemId().equals(system.systemId()))
            .filter(t -> view.isChildOf(t.timeline()))
            .flatMap(t -> view.forkOf(t.timeline()))
            .filter(f -> tip.get().lsn().isBefore(f));
    return fork.isEmpty()
        ? view
        : new SourceView(
            view.systemId(),
            view.timeline(),
            view.flushed(),
            view.history(),
            view.slot(),
            view.promotion(),
            quiet(tip.get().lsn(), fork.get()));
  }

  private Optional<Promotion> promotion(String slot) {
    if (!exists("holdfast.promotion")) {
      return Optional.empty();
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT timeline, fork, xids_between FROM holdfast.promotion WHERE slot = ?")) {
      statement.setString(1, slot);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(new Promotion(row.getInt(1), Lsn.parse(row.getString(2)), row.getLong(3)))
            : Optional.empty();
      }
    } catch (SQLException e) {
      throw failed(e, "reading holdfast.promotion");
    }
  }

  private boolean exists(String relation) {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_catalog.to_regclass(?) IS NOT NULL")) {
      statement.setString(1, relation);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    } catch (SQLException e) {
      throw failed(e, "looking for " + relation);
    }
  }

  /**
   * Whether the log holds no commit record in ({@code from}, {@code through}]; empty when this user
   * or this server cannot look into the log. Leaves nothing behind: the extension that reads the
   * log is created in a transaction that is rolled back.
   */
  private Optional<Boolean> quiet(Lsn from, Lsn through) {
    try {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION READ WRITE");
        statement.execute("CREATE SCHEMA holdfast_inspect");
        statement.execute("CREATE EXTENSION pg_walinspect SCHEMA holdfast_inspect");
        try (ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM holdfast_inspect.pg_get_wal_records_info('"
                    + from
                    + "', '"
                    + through
                    + "') WHERE resource_manager = 'Transaction' AND record_type LIKE 'COMMIT%'"
                    + " AND end_lsn <= '"
                    + through
                    + "'")) {
          row.next();
          return Optional.of(row.getLong(1) == 0);
        }
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      LOG.info("the log between {} and {} cannot be inspected: {}", from, through, e.getMessage());
      return Optional.empty();
    }
  }

  /** How far the log is now, and what our slot keeps of it. */
  record Probe(Lsn inserted, Optional<SlotState> slot) {}

  Probe probe(String slot) {
    Lsn inserted;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_current_wal_insert_lsn()")) {
      row.next();
      inserted = Lsn.parse(row.getString(1));
    } catch (SQLException e) {
      throw failed(e, "asking how far the log is");
    }
    return new Probe(inserted, slot(slot));
  }

  /** Our slot, over this connection. */
  Optional<SlotState> slot(String slot) {
    return ReplicationSlots.inspect(connection, slot, server.describe());
  }

  /** Puts a message of ours into the stream, in a transaction of its own. */
  void emit(String content) {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_catalog.pg_logical_emit_message(true, ?, ?)")) {
      statement.setString(1, SegmentAssembler.MARKER_PREFIX);
      statement.setString(2, content);
      statement.execute();
    } catch (SQLException e) {
      throw failed(e, "writing a marker into the log");
    }
  }

  private PostgresException failed(SQLException e, String doing) {
    return PostgresException.of(e, doing, server.describe());
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing more is asked of it, and it holds nothing.
      LOG.debug("closing a session failed: {}", e.getMessage());
    }
  }
}
