/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** One run of the command line with its output captured. */
record CliRun(int exit, String out, String err) {

  static CliRun of(Path home, String... args) {
    return of(home, Keyboard.none(), args);
  }

  static CliRun of(Path home, Keyboard keyboard, String... args) {
    return of(home, keyboard, new Fuse(Integer.MAX_VALUE), args);
  }

  /** With something piped in, and an environment. */
  static CliRun of(Path home, String in, Map<String, String> environment, String... args) {
    return of(home, in, environment, Keyboard.none(), new Fuse(Integer.MAX_VALUE), args);
  }

  /** As long as the fuse lets it. */
  static CliRun of(Path home, Keyboard keyboard, Fuse err, String... args) {
    return of(home, "", Map.of(), keyboard, err, args);
  }

  private static CliRun of(
      Path home,
      String in,
      Map<String, String> environment,
      Keyboard keyboard,
      Fuse err,
      String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(in.getBytes(UTF_8)),
            new PrintStream(out, true, UTF_8),
            err,
            false,
            keyboard,
            environment,
            home,
            "tester",
            InstantSource.system());
    int exit = Main.run(console, args);
    return new CliRun(exit, out.toString(UTF_8), err.text());
  }
}
