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
    boolean there = console != null && console.isTerminal();
    return new Keyboard() {
      @Override
      public Optional<String> line(String prompt) {
        return there ? Optional.ofNullable(console.readLine("%s", prompt)) : Optional.empty();
      }

      @Override
      public Optional<char[]> secret(String prompt) {
        return there ? Optional.ofNullable(console.readPassword("%s", prompt)) : Optional.empty();
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
