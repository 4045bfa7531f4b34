/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import dev.holdfast.testkit.ContainerKafka;
import dev.holdfast.testkit.RequiresDocker;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequiresDocker(images = ContainerKafka.IMAGE)
class EventPublisherContainerIT extends EventPublisherContract {

  @RegisterExtension static final ContainerKafka kafka = new ContainerKafka();

  @Override
  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  @Override
  void goAway() {
    kafka.pause();
  }

  @Override
  void comeBack() {
    kafka.unpause();
  }
}
