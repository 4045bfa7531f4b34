/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.postgres.verify.ContentHash;
import dev.holdfast.postgres.verify.TableContent;
import dev.holdfast.testkit.Seeded;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/** Restored equals source at the target, whatever happened to the source; on any server. */
@ExtendWith(Seeded.class)
abstract class RestoreHistoryContract {

  private static int databases;

  /** What the source held when everything up to {@code lsn} was committed. */
  private record Moment(Lsn lsn, Instant time, List<TableContent> contents) {}

  /** Where the source is; the same one for all tests. */
  abstract PostgresServer server();

  @RepeatedTest(4)
  void everyMomentOfARandomHistoryComesBackExactly(Random random) throws Exception {
    String database = "source_" + ++databases;
    server().execute("postgres", "CREATE DATABASE " + database);
    RandomHistory history = new RandomHistory(random);
    List<Moment> moments = new ArrayList<>();
    try (ProtectedSource source =
            new ProtectedSource(
                server(), database, new TableScope(List.of("public"), List.of()), random);
        Connection connection = source.connections.open();
        Connection second = source.connections.open()) {
      history.create(connection);
      source.protect();
      moments.add(moment(source, connection));
      boolean committedSinceBase = false;
      int steps = 20 + random.nextInt(20);
      for (int step = 0; step < steps; step++) {
        if (random.nextInt(6) == 0) {
          history.overlapping(connection, second);
        } else {
          history.transaction(connection);
        }
        moments.add(moment(source, connection));
        committedSinceBase = true;
        if (random.nextInt(4) == 0) {
          source.seal();
        }
        if (random.nextInt(15) == 0) {
          source.base();
          committedSinceBase = false;
        }
      }
      source.seal();
      source.seal();
      Moment last = moments.getLast();
      Map<String, Long> sequences = RandomHistory.sequences(connection);

      RestoreReport latest = source.restore(new RestoreTarget.Latest(), database + "_latest");
      assertThat(latest.tables()).isEqualTo(last.contents());
      if (committedSinceBase) {
        assertThat(latest.lastCommit())
            .hasValueSatisfying(commit -> assertThat(commit.end()).isLessThanOrEqualTo(last.lsn()));
      } else {
        assertThat(latest.lastCommit()).isEmpty();
      }
      try (Connection restored = source.connections.withDatabase(database + "_latest").open()) {
        Map<String, Long> reached = RandomHistory.sequences(restored);
        if (history.restartedSequences()) {
          // How far a sequence came before it was set back may be kept: never behind is the
          // promise.
          sequences.forEach(
              (name, value) ->
                  assertThat(reached)
                      .hasEntrySatisfying(
                          name, at -> assertThat(at).isGreaterThanOrEqualTo(value)));
        } else {
          assertThat(reached).isEqualTo(sequences);
        }
        assertThat(single(restored, "SELECT count FROM public.counted_again"))
            .isEqualTo(single(restored, "SELECT pg_catalog.count(*) FROM public.plain"));
        assertThat(single(restored, "SELECT complete FROM holdfast.restored")).isEqualTo("t");
      }

      for (int i = 0; i < 4; i++) {
        Moment moment = moments.get(random.nextInt(moments.size()));
        String into = database + "_" + i;
        RestoreTarget target =
            i % 2 == 0
                ? new RestoreTarget.AtLsn(moment.lsn())
                : new RestoreTarget.AtTime(moment.time());
        RestoreReport report =
            random.nextBoolean()
                ? source.restore(target, into)
                : source.restoreInLittleMemory(target, into);
        assertThat(report.tables()).as("restored to %s", target).isEqualTo(moment.contents());
        assertThat(
                ContentHash.of(
                    source.connections.withDatabase(into),
                    ContentHash.tables(source.connections.withDatabase(into)),
                    Optional.empty(),
                    2))
            .as("read back from the target")
            .isEqualTo(moment.contents());
      }
    }
  }

  private static Moment moment(ProtectedSource source, Connection connection) throws Exception {
    List<TableContent> contents =
        ContentHash.of(source.connections, ContentHash.tables(connection), Optional.empty(), 1);
    Lsn lsn = source.position();
    return new Moment(
        lsn,
        Instant.parse(
            single(
                connection,
                "SELECT pg_catalog.to_char(pg_catalog.clock_timestamp(), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")),
        contents);
  }

  private static String single(Connection connection, String query) throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
