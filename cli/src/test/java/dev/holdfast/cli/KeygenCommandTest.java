/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeygenCommandTest {

  @TempDir Path home;

  @Test
  void private_keys_are_readable_by_their_owner_alone() throws IOException {
    CliRun run = CliRun.of(home, "keygen", "--out", home.resolve("keys").toString());

    assertThat(run.exit()).as(run.err()).isZero();
    for (String name : List.of("identity.key", "signing.key")) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(home.resolve("keys").resolve(name))))
          .as(name)
          .isEqualTo("rw-------");
    }
  }

  @Test
  void a_key_that_exists_is_never_overwritten_and_nothing_is_written_beside_it()
      throws IOException {
    Path keys = Files.createDirectory(home.resolve("keys"));
    Files.writeString(keys.resolve("signers.pub"), "mine");

    CliRun run = CliRun.of(home, "keygen", "--json", "--out", keys.toString());

    assertThat(run.exit()).isEqualTo(15);
    assertThat(run.out()).contains("\"exists\"").contains("15");
    assertThat(run.err()).contains(keys.resolve("signers.pub").toString()).contains("--out");
    assertThat(Files.readString(keys.resolve("signers.pub"))).isEqualTo("mine");
    try (var files = Files.list(keys)) {
      assertThat(files).hasSize(1);
    }
  }
}
