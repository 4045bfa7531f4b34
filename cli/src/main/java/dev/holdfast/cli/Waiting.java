/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks again and again until there is an answer. */
final class Waiting {

  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private Waiting() {}

  /**
   * @param goesOn what is told when it takes longer than {@code most}
   */
  static <T> T until(
      Console console, Duration most, String goesOn, Supplier<Optional<T>> question) {
    Instant end = console.clock().instant().plus(most);
    Duration pause = FIRST;
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (console.clock().instant().isAfter(end)) {
        throw new CliException(
            ExitCode.TIMED_OUT, "not done after " + most.toSeconds() + " s", goesOn);
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CliException(ExitCode.INTERRUPTED, "interrupted", goesOn);
      }
      pause = pause.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : pause.multipliedBy(2);
    }
  }
}
