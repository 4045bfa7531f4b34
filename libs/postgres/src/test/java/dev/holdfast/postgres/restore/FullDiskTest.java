/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.SmallDisk;
import dev.holdfast.testkit.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A restore into a database whose disk has less room than it needs. */
class FullDiskTest {

  private static final long EMPTY_DATABASE = 10 << 20;

  @RegisterExtension static final TestServers servers = new TestServers();

  @Test
  void aTargetOnAFullDiskSaysSoIsNotTakenForCompleteAndCanBeFilledOnceThereIsRoom()
      throws Exception {
    PostgresServer server = servers.postgres();
    Path folder = Files.createDirectories(servers.folder("small"));
    try (SmallDisk disk = SmallDisk.on(folder, EMPTY_DATABASE);
        ProtectedSource source =
            new ProtectedSource(
                server, "postgres", new TableScope(List.of("public"), List.of()), new Random(7))) {
      server.execute(
          "postgres",
          "CREATE TABLE t (id int PRIMARY KEY, note text)",
          "INSERT INTO t SELECT i, repeat(md5(i::text), 10) FROM generate_series(1, 30000) i",
          "CREATE PUBLICATION holdfast_main FOR TABLE t",
          "CREATE TABLESPACE small LOCATION '" + folder + "'",
          "CREATE DATABASE target TABLESPACE small");
      source.protect();
      source.seal();

      PostgresException full =
          catchThrowableOfType(
              PostgresException.class, () -> source.restore(new RestoreTarget.Latest(), "target"));
      assertThat(full.reason()).isEqualTo(Reason.DISK_FULL);
      assertThat(full.what()).contains("/target").contains("No space left on device");
      assertThat(full.fix()).contains("free space on the server");
      assertThat(single(source, "SELECT complete FROM holdfast.restored")).isEqualTo("f");

      PostgresException again =
          catchThrowableOfType(
              PostgresException.class, () -> source.restore(new RestoreTarget.Latest(), "target"));
      // On a disk without a free block, even looking at the target can be what fails.
      assertThat(again.reason()).isIn(Reason.NOT_EMPTY, Reason.DISK_FULL);

      disk.grow(EMPTY_DATABASE * 10);
      server.execute("postgres", "DROP DATABASE target", "CREATE DATABASE target TABLESPACE small");
      assertThat(source.restore(new RestoreTarget.Latest(), "target").rows()).isEqualTo(30_000);
      assertThat(single(source, "SELECT complete FROM holdfast.restored")).isEqualTo("t");
      server.execute("postgres", "DROP DATABASE target", "DROP TABLESPACE small");
    }
  }

  private static String single(ProtectedSource source, String query) throws Exception {
    try (Connection connection = source.connections.withDatabase("target").open();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
