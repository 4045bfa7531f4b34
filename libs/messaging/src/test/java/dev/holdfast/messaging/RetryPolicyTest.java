/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messaging.RetryPolicy.Decision;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private static final Exception FAULT = new IllegalStateException("fault");
  private static final Exception OUTAGE =
      new IllegalStateException("wrapped", new ConnectException("refused"));

  private final RetryPolicy policy =
      new RetryPolicy(
          6,
          Duration.ofMillis(200),
          Duration.ofSeconds(10),
          Duration.ofMinutes(15),
          List.of(failure -> failure instanceof ArithmeticException));

  @Test
  void pausesDoubleWithJitterUpToTheLongest() {
    assertThat(pause(1)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
    assertThat(pause(2)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
    assertThat(pause(5)).isBetween(Duration.ofMillis(1600), Duration.ofMillis(3200));
    assertThat(pause(40)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  private Duration pause(int attempt) {
    Decision decision = policy.after(attempt, Duration.ZERO, OUTAGE, new Random(attempt));
    return ((Decision.Again) decision).after();
  }

  @Test
  void aFaultIsGivenUpAfterTheLastAttempt() {
    assertThat(policy.after(5, Duration.ofHours(1), FAULT, new Random(1)))
        .isInstanceOf(Decision.Again.class);
    assertThat(policy.after(6, Duration.ZERO, FAULT, new Random(1)))
        .isEqualTo(new Decision.GiveUp("handler-failed"));
  }

  @Test
  void anOutageIsWaitedOutHoweverManyAttemptsItTakes() {
    assertThat(policy.after(500, Duration.ofMinutes(14), OUTAGE, new Random(1)))
        .isInstanceOf(Decision.Again.class);
    assertThat(policy.after(500, Duration.ofMinutes(15), OUTAGE, new Random(1)))
        .isEqualTo(new Decision.GiveUp("outage-too-long"));
  }

  @Test
  void othersCanSayWhatAnOutageIs() {
    assertThat(policy.after(99, Duration.ZERO, new ArithmeticException(), new Random(1)))
        .isInstanceOf(Decision.Again.class);
  }
}
