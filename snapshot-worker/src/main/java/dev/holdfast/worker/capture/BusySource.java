/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.postgres.PostgresException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a base again while its source is busy with definitions: such moments pass. */
final class BusySource {

  private static final Logger LOG = LoggerFactory.getLogger(BusySource.class);

  /** Of one base, before it counts as failed. */
  private static final int ATTEMPTS = 5;

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private BusySource() {}

  /** Takes a base once. */
  interface Attempt<T> {
    T take() throws InterruptedException;
  }

  /**
   * @param id for people
   * @throws PostgresException of the last attempt, or one that no other attempt makes better
   */
  static <T> T untilTaken(String id, Attempt<T> base) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return base.take();
      } catch (PostgresException e) {
        boolean busy =
            switch (e.reason()) {
              case BLOCKED, SCHEMA_CHANGED -> true;
              default -> false;
            };
        if (!busy || attempt == ATTEMPTS) {
          throw e;
        }
        Duration pause =
            Pauses.of(attempt + 2, LONGEST_PAUSE, ThreadLocalRandom.current().nextDouble());
        LOG.warn("the base {} is taken again in {} ms: {}", id, pause.toMillis(), e.getMessage());
        Thread.sleep(pause);
      }
    }
  }
}
