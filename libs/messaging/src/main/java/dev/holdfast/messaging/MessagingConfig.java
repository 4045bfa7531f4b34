/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How messages are sent, retried and given up. */
@ConfigMapping(prefix = "holdfast.messaging")
public interface MessagingConfig {

  /**
   * Messages that {@link EventPublisher} keeps while Kafka cannot be reached; then the oldest go.
   */
  @WithDefault("10000")
  @Min(1)
  int bufferedMessages();

  Retry retry();

  Topics topics();

  /** What happens to a message whose handler fails. */
  interface Retry {

    /** Attempts before a message goes to the dead letters, the first one included. */
    @WithDefault("6")
    @Min(1)
    int attempts();

    /** Pause before the second attempt; it doubles from there, with jitter. */
    @WithDefault("200ms")
    Duration firstDelay();

    @WithDefault("10s")
    Duration longestDelay();

    /**
     * How long a message is tried while something it needs, such as the database, is away. Longer
     * than {@link #attempts} would allow: an outage is not the message's fault.
     */
    @WithDefault("15m")
    Duration outage();
  }

  /** Topics are created at start when they are missing. */
  interface Topics {

    @WithDefault("true")
    boolean create();

    @WithDefault("3")
    @Min(1)
    int partitions();

    /** {@code -1}: the broker's default. */
    @WithDefault("-1")
    short replicas();
  }
}
