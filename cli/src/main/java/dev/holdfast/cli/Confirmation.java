/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import org.jspecify.annotations.Nullable;

/** A person who types what is about to happen: for what cannot be undone. */
final class Confirmation {

  private Confirmation() {}

  /**
   * Asks for {@code words}, and returns only when exactly they were typed.
   *
   * @param about one line that says what is about to happen
   */
  static void require(Console console, String about, String words) {
    console.err().println(about);
    String typed =
        console
            .keyboard()
            .line("Type '" + words + "' to go on: ")
            .orElseThrow(() -> refused("there is no terminal to confirm it on"));
    if (!typed.strip().equals(words)) {
      throw refused("'" + words + "' was not typed");
    }
  }

  /**
   * As above, where scripts may give the words with {@code --confirm} instead.
   *
   * @param given what the option says; null when it was left out
   */
  static void require(Console console, String about, String words, @Nullable String given) {
    if (given == null) {
      require(console, about, words);
    } else if (!given.equals(words)) {
      throw refused("--confirm '" + given + "' is not '" + words + "'");
    }
  }

  private static CliException refused(String why) {
    return new CliException(
        ExitCode.NOT_CONFIRMED, "nothing was done: " + why, "run it again on a terminal");
  }
}
