/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import java.util.Optional;

/** A person at a terminal, who can be asked. */
interface Keyboard {

  /** What was typed; empty when nobody is there. */
  Optional<String> line(String prompt);

  /** What was typed without showing it; empty when nobody is there. The caller wipes it. */
  Optional<char[]> secret(String prompt);

  /** The terminal that this process was started from, if it was. */
  static Keyboard system() {
    java.io.Console console = System.console();
    if (console == null || !console.isTerminal()) {
      return none();
    }
    return new Keyboard() {
      @Override
      public Optional<String> line(String prompt) {
        return Optional.ofNullable(console.readLine("%s", prompt));
      }

      @Override
      public Optional<char[]> secret(String prompt) {
        return Optional.ofNullable(console.readPassword("%s", prompt));
      }
    };
  }

  /** Nobody. */
  static Keyboard none() {
    return new Keyboard() {
      @Override
      public Optional<String> line(String prompt) {
        return Optional.empty();
      }

      @Override
      public Optional<char[]> secret(String prompt) {
        return Optional.empty();
      }
    };
  }
}
