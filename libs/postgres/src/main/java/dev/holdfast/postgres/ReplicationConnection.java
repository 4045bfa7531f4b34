/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import dev.holdfast.model.Lsn;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A connection in replication mode, to one server and one database. */
public final class ReplicationConnection implements AutoCloseable {

  /**
   * What {@code IDENTIFY_SYSTEM} answers.
   *
   * @param systemId decimal digits
   * @param flushed how far the log is flushed
   */
  public record SystemIdentity(String systemId, int timeline, Lsn flushed) {}

  /** {@code timeline} ended at {@code end}: the next one of the history left it there. */
  public record TimelineEnd(int timeline, Lsn end) {}

  private final Connection connection;
  private final String where;

  ReplicationConnection(Connection connection, String where) {
    this.connection = connection;
    this.where = where;
  }

  /** The connection itself; takes replication commands and simple queries. */
  public Connection jdbc() {
    return connection;
  }

  /** The server and database, for messages. */
  public String where() {
    return where;
  }

  /** Such as 17. */
  public int majorVersion() {
    try {
      return connection.getMetaData().getDatabaseMajorVersion();
    } catch (SQLException e) {
      throw PostgresException.of(e, "asking for the server's version", where);
    }
  }

  public SystemIdentity identifySystem() {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
      row.next();
      return new SystemIdentity(
          row.getString("systemid"), row.getInt("timeline"), Lsn.parse(row.getString("xlogpos")));
    } catch (SQLException e) {
      throw PostgresException.of(e, "IDENTIFY_SYSTEM", where);
    }
  }

  /**
   * The timelines that {@code timeline} descends from, oldest first, each with the position at
   * which its successor left it. Empty for timeline 1.
   */
  public List<TimelineEnd> timelineHistory(int timeline) {
    if (timeline == 1) {
      return List.of();
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
      row.next();
      return parseHistory(new String(row.getBytes(2), StandardCharsets.UTF_8));
    } catch (SQLException e) {
      throw PostgresException.of(e, "TIMELINE_HISTORY " + timeline, where);
    }
  }

  static List<TimelineEnd> parseHistory(String file) {
    List<TimelineEnd> ends = new ArrayList<>();
    for (String line : file.lines().toList()) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      String[] parts = text.split("\\s+", 3);
      ends.add(new TimelineEnd(Integer.parseInt(parts[0]), Lsn.parse(parts[1])));
    }
    return ends;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw PostgresException.of(e, "closing the replication connection", where);
    }
  }
}
