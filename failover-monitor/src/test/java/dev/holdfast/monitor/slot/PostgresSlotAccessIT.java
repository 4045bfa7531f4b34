/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TestServers;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/** A real slot, also one that somebody streams from. */
class PostgresSlotAccessIT {

  @RegisterExtension static final TestServers servers = new TestServers();

  @Test
  void aSlotThatIsStreamedFromIsGivenUp() throws Exception {
    EmbeddedPostgres server = servers.postgres();
    server.execute("postgres", "SELECT pg_create_logical_replication_slot('held', 'pgoutput')");
    server.execute("postgres", "CREATE PUBLICATION p FOR ALL TABLES");
    PostgresSlotAccess access =
        new PostgresSlotAccess(
            Connections.to(
                DatabaseUrl.parse(server.jdbcUrl("postgres")),
                new Credentials("postgres", new Secret("secret"))),
            "held");
    Properties properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty("password", "secret");
    properties.setProperty("replication", "database");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "15");
    try (var connection = new Driver().connect(server.jdbcUrl("postgres"), properties);
        PGReplicationStream stream =
            connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName("held")
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", "p")
                .start()) {
      Eventually.soon()
          .is("somebody streams", () -> access.look().filter(slot -> slot.active()).isPresent());

      access.giveUp();

      assertThat(access.look()).isEmpty();
      assertThat(stream).isNotNull();
    } catch (java.sql.SQLException e) {
      // Closing a stream whose server process was ended fails, as it should.
      assertThat(access.look()).isEmpty();
    }
  }
}
