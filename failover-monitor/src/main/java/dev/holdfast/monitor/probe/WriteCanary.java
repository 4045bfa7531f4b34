/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.probe;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

/**
 * Commits one small write to a row of its own in {@code holdfast.heartbeat}: a primary that answers
 * reads can still be out of disk, read-only, or waiting for a standby for ever.
 */
public final class WriteCanary {

  /** The capture side's own row is 1. */
  private static final String WRITE =
      """
      insert into holdfast.heartbeat (id, at) values (2, clock_timestamp())
      on conflict (id) do update set at = excluded.at
      """;

  /** No such schema, table or column; no right; no such database. */
  private static final Set<String> NOT_PREPARED =
      Set.of("3F000", "42P01", "42703", "42501", "3D000", "28000", "28P01");

  private final InstantSource clock;

  public WriteCanary(InstantSource clock) {
    this.clock = clock;
  }

  /** What became of one canary. */
  public sealed interface Outcome {
    /** Committed, from connecting on. */
    record Written(Duration took) implements Outcome {}

    /** A client's write would have failed too. */
    record Failed(String reason) implements Outcome {}

    /** The canary has nothing to write to, or no right: says nothing about other writes. */
    record Unknown(String reason) implements Outcome {}
  }

  public Outcome write(PostgresAccess access) {
    Instant begun = clock.instant();
    try (Connection connection = access.connect();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(WRITE);
      return new Outcome.Written(Duration.between(begun, clock.instant()));
    } catch (SQLException e) {
      String reason = ServerProbe.reason(e);
      return e.getSQLState() == null || NOT_PREPARED.contains(e.getSQLState())
          ? new Outcome.Unknown(reason)
          : new Outcome.Failed(reason);
    }
  }
}
