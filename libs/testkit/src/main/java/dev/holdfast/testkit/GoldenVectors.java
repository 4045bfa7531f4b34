/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of {@code golden/format-1}: a vault as version 1 of the format wrote it. */
public final class GoldenVectors {

  private static final String FOLDER = "/golden/format-1/";

  private GoldenVectors() {}

  /** SHA-256 by file name, as checked in beside the files. */
  public static Map<String, String> checksums() {
    return sums("SHA256SUMS");
  }

  /** SHA-256 of what every encrypted object holds, by the object's key. */
  public static Map<String, String> plaintexts() {
    return sums("plaintext.sha256");
  }

  /**
   * The bytes of one file.
   *
   * @param name such as {@code keys/identity.key}
   */
  public static byte[] bytes(String name) {
    try (InputStream in = GoldenVectors.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new AssertionError("the golden vector " + name + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes all files below {@code folder}, each compared with its checksum, and returns it. */
  public static Path copyTo(Path folder) {
    checksums()
        .forEach(
            (name, sha256) -> {
              byte[] bytes = bytes(name);
              if (!sha256(bytes).equals(sha256)) {
                throw new AssertionError(
                    "the golden vector " + name + " was changed: restore it, never regenerate it");
              }
              try {
                Path file = folder.resolve(name);
                Files.createDirectories(file.getParent());
                Files.write(file, bytes);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return folder;
  }

  /** Lower-case hexadecimal digits. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> sums(String file) {
    Map<String, String> sums = new LinkedHashMap<>();
    new String(bytes(file), StandardCharsets.UTF_8)
        .lines()
        .forEach(line -> sums.put(line.substring(66), line.substring(0, 64)));
    return sums;
  }
}
