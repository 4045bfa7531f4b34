/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The world around a command.
 *
 * @param in what is piped into it
 * @param out results, and nothing else
 * @param err progress and errors
 * @param terminal somebody watches {@code err}: progress may be drawn
 * @param keyboard who can be asked
 * @param home the user's home folder
 * @param user the operating system's user
 */
record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    Keyboard keyboard,
    Map<String, String> environment,
    Path home,
    String user,
    InstantSource clock) {

  static Console system() {
    return new Console(
        System.in,
        System.out,
        System.err,
        System.console() != null && System.console().isTerminal(),
        Keyboard.system(),
        System.getenv(),
        Path.of(System.getProperty("user.home")),
        System.getProperty("user.name"),
        InstantSource.system());
  }

  /** A variable that is set and not blank. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
