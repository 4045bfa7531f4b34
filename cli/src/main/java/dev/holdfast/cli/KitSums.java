/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.vault.crypto.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Checksums of a kit's files, in the form that {@code sha256sum -c} reads. */
final class KitSums {

  static final String FILE = "SHA256SUMS";

  private KitSums() {}

  /** Writes the checksums of all files that are there. */
  static void write(Path kit) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Path file : files(kit)) {
      lines.append(Sha256.of(Files.readAllBytes(file))).append("  ");
      lines.append(kit.relativize(file)).append('\n');
    }
    Files.writeString(kit.resolve(FILE), lines);
  }

  /**
   * Compares, and returns how many files were compared.
   *
   * @throws CliException DAMAGED naming the file
   */
  static int check(Path kit) throws IOException {
    Path sums = kit.resolve(FILE);
    if (!Files.exists(sums)) {
      throw new CliException(
          ExitCode.USAGE, "there is no break-glass kit in " + kit, "it has a file " + FILE);
    }
    Map<String, String> expected = KitVector.sums(Files.readString(sums));
    for (Map.Entry<String, String> each : expected.entrySet()) {
      Path file = kit.resolve(each.getKey());
      if (!Files.exists(file) || !Sha256.of(Files.readAllBytes(file)).equals(each.getValue())) {
        throw new CliException(
            ExitCode.DAMAGED,
            file + (Files.exists(file) ? " is not as it was made" : " is missing"),
            "use another copy of the kit, or make a new one with 'holdfast kit'");
      }
    }
    return expected.size();
  }

  private static List<Path> files(Path kit) throws IOException {
    try (Stream<Path> all = Files.walk(kit)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
