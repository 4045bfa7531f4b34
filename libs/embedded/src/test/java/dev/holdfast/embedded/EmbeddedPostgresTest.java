/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresTest {

  private Path folder;
  private EmbeddedPostgres primary;

  @BeforeEach
  void start() throws Exception {
    folder = Files.createTempDirectory("holdfast-embedded-");
    primary = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(folder.resolve("primary")));
  }

  @AfterEach
  void stop() throws Exception {
    primary.kill9();
    Folders.delete(folder);
  }

  @Test
  void isDurableAndReadyForLogicalDecoding() throws Exception {
    assertThat(value(primary, "SHOW fsync")).isEqualTo("on");
    assertThat(value(primary, "SHOW synchronous_commit")).isEqualTo("on");
    assertThat(value(primary, "SHOW dynamic_shared_memory_type")).isEqualTo("mmap");
    assertThat(value(primary, "SHOW wal_level")).isEqualTo("logical");
    assertThat(value(primary, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    assertThat(value(primary, "SHOW server_encoding")).isEqualTo("UTF8");
    assertThat(value(primary, "SELECT pg_backend_pid() > 0")).isEqualTo("t");
    assertThat(Files.readString(primary.folder().resolve("postmaster.pid")))
        .startsWith(primary.pid() + "\n");
  }

  @Test
  void refusesAWrongPassword() {
    var other = EmbeddedPostgres.Options.in(primary.folder()).password(new Secret("wrong"));
    assertThat(other.toString()).doesNotContain("wrong");
    assertThatThrownBy(
            () ->
                java.sql.DriverManager.getConnection(
                    primary.jdbcUrl("postgres"), EmbeddedPostgres.SUPERUSER, "wrong"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void keepsWhatWasCommittedWhenKilledAndContinuesTheFolder() throws Exception {
    primary.execute("postgres", "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
    primary.kill9();
    assertThat(primary.isRunning()).isFalse();
    primary.start();
    assertThat(value(primary, "SELECT count(*) FROM t")).isEqualTo("1");
    primary.stop();
    primary = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(primary.folder()));
    assertThat(value(primary, "SELECT count(*) FROM t")).isEqualTo("1");
  }

  @Test
  void hasAStandbyThatFollowsAndCanBePromoted() throws Exception {
    primary.execute("postgres", "CREATE TABLE t (id int)");
    var options = EmbeddedPostgres.Options.in(folder.resolve("standby"));
    try (var standby = primary.startStandby(options, "standby")) {
      primary.execute("postgres", "INSERT INTO t SELECT generate_series(1, 1000)");
      String written = value(primary, "SELECT pg_current_wal_lsn()");
      while (value(standby, "SELECT pg_last_wal_replay_lsn() < '" + written + "'::pg_lsn")
          .equals("t")) {
        Thread.onSpinWait();
      }
      assertThat(value(standby, "SELECT count(*) FROM t")).isEqualTo("1000");
      primary.kill9();
      assertThat(value(standby, "SELECT pg_promote()")).isEqualTo("t");
      standby.execute("postgres", "INSERT INTO t VALUES (1001)");
      assertThat(value(standby, "SELECT timeline_id FROM pg_control_checkpoint()")).isNotNull();
      standby.restart();
      assertThat(value(standby, "SELECT pg_is_in_recovery()")).isEqualTo("f");
      assertThat(value(standby, "SELECT count(*) FROM t")).isEqualTo("1001");
    }
  }

  @Test
  void saysWhatTheServerSaidWhenItDoesNotStart() {
    primary.stop();
    assertThatThrownBy(
            () ->
                EmbeddedPostgres.start(
                    EmbeddedPostgres.Options.in(primary.folder())
                        .setting("shared_buffers", "nonsense")))
        .isInstanceOf(EmbeddedException.class)
        .hasMessageContaining("shared_buffers");
  }

  private static String value(EmbeddedPostgres server, String query) throws SQLException {
    try (var connection = server.connect("postgres");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
