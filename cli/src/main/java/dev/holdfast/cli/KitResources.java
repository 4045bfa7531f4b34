/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;

/** Documents and vectors that this program carries for break-glass kits. */
final class KitResources {

  private KitResources() {}

  static byte[] bytes(String name) throws IOException {
    try (InputStream in = KitResources.class.getResourceAsStream("kit/" + name)) {
      if (in == null) {
        throw new CliException(
            ExitCode.UNEXPECTED,
            "this program is not complete: its " + name + " is missing",
            "build it again");
      }
      return in.readAllBytes();
    }
  }

  static String text(String name) throws IOException {
    return new String(bytes(name), UTF_8);
  }
}
