/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A region's folder on a disk that has less room than the vault needs. */
class VaultFullDiskTest {

  @TempDir Path home;

  @Test
  void a_full_region_is_named_holds_nothing_by_halves_and_is_completed_once_there_is_room()
      throws Exception {
    SampleVault vault = SampleVault.create(home, "here", "there");
    Path there = vault.folder("there");
    Files.move(there, home.resolve("gone"));
    Files.createDirectories(there);
    Map<String, String> whole = files(vault.folder("here"));
    try (SmallDisk disk = SmallDisk.on(there, 16 << 10)) {
      CliRun full = vault(vault, "repair-from", "here");
      assertThat(full.exit()).as(full.err()).isEqualTo(34);
      assertThat(full.err()).contains(there.toString()).contains("free space on that disk");
      Map<String, String> some = files(there);
      assertThat(some).as("full while it was written").isNotEmpty().hasSizeLessThan(whole.size());
      assertThat(whole).as("nothing by halves").containsAllEntriesOf(some);
      assertThat(some.keySet())
          .as("no manifest before what it names")
          .noneMatch(name -> name.contains("/chain/"));

      disk.grow(1 << 20);
      CliRun done = vault(vault, "repair-from", "here");
      assertThat(done.exit()).as(done.err()).isZero();
      assertThat(files(there)).isEqualTo(whole);
      CliRun check = vault(vault, "check");
      assertThat(check.exit()).as(check.out() + check.err()).isZero();
    }
  }

  private CliRun vault(SampleVault vault, String verb, String... options) {
    return CliRun.of(
        home,
        Stream.concat(
                Stream.of("vault", verb, "--data", vault.data().toString()), Arrays.stream(options))
            .toArray(String[]::new));
  }

  /** What is stored, by its name; what writing needs of its own is left out. */
  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (!name.startsWith(".holdfast")) {
          files.put(name, Arrays.toString(Files.readAllBytes(file)));
        }
      }
    }
    return files;
  }
}
