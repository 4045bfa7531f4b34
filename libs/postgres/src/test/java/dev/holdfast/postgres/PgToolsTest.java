/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.postgres.PostgresException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts in folders stand for the client programs that a machine has. */
class PgToolsTest {

  private static final int SERVER_16 = 160004;

  @TempDir Path machine;

  @Test
  void theNewestThatIsNewEnoughIsTaken() throws IOException {
    Path old = program("old", "pg_dump (PostgreSQL) 15.19");
    Path mine = program("mine", "pg_dump (PostgreSQL) 16.4 (Debian 16.4-1)");
    Path beta = program("beta", "pg_dump (PostgreSQL) 18beta1");
    assertThat(found(Optional.empty(), old, mine))
        .isEqualTo(new PgTools.Tool(mine.resolve("pg_dump"), 16, 4));
    assertThat(found(Optional.empty(), beta, mine).major()).isEqualTo(18);
  }

  @Test
  void thatOfTheNamedFolderIsTakenThoughANewerOneIsHere() throws IOException {
    Path named = program("named", "pg_dump (PostgreSQL) 16.4");
    Path newer = program("newer", "pg_dump (PostgreSQL) 18.1");
    assertThat(found(Optional.of(named), newer).path()).isEqualTo(named.resolve("pg_dump"));
  }

  @Test
  void oneOfTheNamedFolderThatIsTooOldOrMissingIsPassedOver() throws IOException {
    Path tooOld = program("tooOld", "pg_dump (PostgreSQL) 15.19");
    Path newer = program("newer", "pg_dump (PostgreSQL) 18.1");
    Path empty = Files.createDirectories(machine.resolve("empty"));
    assertThat(found(Optional.of(tooOld), newer).major()).isEqualTo(18);
    assertThat(found(Optional.of(empty), newer).major()).isEqualTo(18);
  }

  @Test
  void whenAllAreTooOldEachIsNamedWithTheVersionThatIsNeeded() throws IOException {
    Path named = program("named", "pg_dump (PostgreSQL) 13.1");
    Path other = program("other", "pg_dump (PostgreSQL) 15.19");
    PostgresException refused = refused(named, other);
    assertThat(refused.reason()).isEqualTo(Reason.PG_DUMP_TOO_OLD);
    assertThat(refused.what())
        .contains("older than the server, which is 16")
        .contains("13.1 (" + named.resolve("pg_dump") + ")")
        .contains("15.19 (" + other.resolve("pg_dump") + ")");
    assertThat(refused.fix()).contains("version 16 or newer", "postgresql-client-16");
  }

  @Test
  void whenNoneIsThereTheVersionThatIsNeededIsNamed() throws IOException {
    PostgresException refused = refused(Files.createDirectories(machine.resolve("empty")));
    assertThat(refused.reason()).isEqualTo(Reason.NO_PG_DUMP);
    assertThat(refused.fix()).contains("version 16 or newer", "HOLDFAST_PG_BIN");
  }

  @Test
  void whatIsThereButDoesNotRunIsNamed() throws IOException {
    Path broken = program("broken", "no such library");
    PostgresException refused = refused(broken);
    assertThat(refused.reason()).isEqualTo(Reason.NO_PG_DUMP);
    assertThat(refused.what()).contains(broken.resolve("pg_dump").toString()).contains("--version");
  }

  private static PostgresException refused(Path... folders) {
    return catchThrowableOfType(
        PostgresException.class, () -> found(Optional.of(folders[0]), folders));
  }

  private static PgTools.Tool found(Optional<Path> named, Path... machine) {
    return PgTools.require("pg_dump", SERVER_16, named, List.of(machine));
  }

  private Path program(String folder, String version) throws IOException {
    Path bin = Files.createDirectories(machine.resolve(folder));
    Path program = bin.resolve("pg_dump");
    Files.writeString(program, "#!/bin/sh\necho '" + version + "'\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return bin;
  }
}
