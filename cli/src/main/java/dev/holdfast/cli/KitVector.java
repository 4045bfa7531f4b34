/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.vault.crypto.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The golden vectors of the vault's format that this program carries. */
final class KitVector {

  private static final String FOLDER = "vector/";

  private KitVector() {}

  /** SHA-256 of every object's plaintext by the object's key. */
  static Map<String, String> plaintexts() throws IOException {
    return sums(KitResources.text(FOLDER + "plaintext.sha256"));
  }

  /** Writes all files below {@code folder}, each compared with its checksum. */
  static void copyTo(Path folder) throws IOException {
    String sums = KitResources.text(FOLDER + "SHA256SUMS");
    for (Map.Entry<String, String> each : sums(sums).entrySet()) {
      byte[] bytes = KitResources.bytes(FOLDER + each.getKey());
      if (!Sha256.of(bytes).equals(each.getValue())) {
        throw new CliException(
            ExitCode.DAMAGED,
            "this program is damaged: its test vector " + each.getKey() + " is not as it was made",
            "use another copy of it");
      }
      Path file = folder.resolve(each.getKey());
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, bytes);
    }
    Files.writeString(folder.resolve("SHA256SUMS"), sums);
    Files.writeString(folder.resolve("README.md"), KitResources.text(FOLDER + "README.md"));
  }

  static Map<String, String> sums(String text) {
    Map<String, String> sums = new LinkedHashMap<>();
    text.lines().forEach(line -> sums.put(line.substring(66), line.substring(0, 64)));
    return sums;
  }
}
