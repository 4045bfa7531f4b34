/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import dev.holdfast.testkit.TestServers;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventPublisherIT extends EventPublisherContract {

  @RegisterExtension static final TestServers servers = new TestServers();

  @Override
  String bootstrapServers() {
    return servers.kafka().bootstrapServers();
  }

  @Override
  void goAway() {
    servers.kafka().kill9();
  }

  @Override
  void comeBack() {
    servers.kafka().start();
  }
}
