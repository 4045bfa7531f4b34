/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A Kafka broker in a container for a test class; it starts at first use.
 *
 * <p>The class needs {@code @RequiresDocker(images = ContainerKafka.IMAGE)}.
 */
public final class ContainerKafka implements AfterAllCallback {

  /** Of the version that is embedded. */
  public static final String IMAGE = "apache/kafka:4.1.1";

  private @Nullable KafkaContainer container;

  /** What clients take as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return started().getBootstrapServers();
  }

  /** Freezes the broker: connections stay, answers don't come. */
  public void pause() {
    var running = started();
    running.getDockerClient().pauseContainerCmd(running.getContainerId()).exec();
  }

  public void unpause() {
    var running = started();
    running.getDockerClient().unpauseContainerCmd(running.getContainerId()).exec();
  }

  private synchronized KafkaContainer started() {
    var running = container;
    if (running == null) {
      // A class that skips itself makes none.
      running = new KafkaContainer(IMAGE);
      running.start();
      container = running;
    }
    return running;
  }

  @Override
  public synchronized void afterAll(ExtensionContext context) {
    if (container != null) {
      container.stop();
    }
  }
}
