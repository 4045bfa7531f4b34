/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import dev.holdfast.service.Problem;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** Somebody could not sign in: with a wrong name or password, or too soon after others. */
final class SignInRefusedException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final Problem problem;
  private final Optional<Duration> retryAfter;

  private SignInRefusedException(Problem problem, Optional<Duration> retryAfter) {
    super(problem.getMessage());
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** The same words for both, so that nobody learns which names there are. */
  static SignInRefusedException wrong() {
    return new SignInRefusedException(
        Problem.of(
                401, "wrong-credentials", "Not signed in", "the name or the password is not right")
            .fix("try again, or have an account added with 'holdfast user add'"),
        Optional.empty());
  }

  static SignInRefusedException tooSoon(Duration wait) {
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    return new SignInRefusedException(
        Problem.of(
                429,
                "too-many-sign-ins",
                "Too many sign-ins failed",
                "too many sign-ins failed, or are being checked; this one was not looked at")
            .fix("wait %d s, then try again".formatted(seconds)),
        Optional.of(Duration.ofSeconds(seconds)));
  }

  Problem problem() {
    return problem;
  }

  Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
