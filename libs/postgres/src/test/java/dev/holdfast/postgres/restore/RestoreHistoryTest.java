/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.testkit.TestServers;
import org.junit.jupiter.api.extension.RegisterExtension;

class RestoreHistoryTest extends RestoreHistoryContract {

  @RegisterExtension static final TestServers servers = new TestServers();

  @Override
  PostgresServer server() {
    return servers.postgres();
  }
}
