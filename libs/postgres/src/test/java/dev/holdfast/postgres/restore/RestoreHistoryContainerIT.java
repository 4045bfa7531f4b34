/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.testkit.ContainerPostgres;
import dev.holdfast.testkit.RequiresDocker;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequiresDocker(images = ContainerPostgres.IMAGE)
class RestoreHistoryContainerIT extends RestoreHistoryContract {

  @RegisterExtension static final ContainerPostgres postgres = new ContainerPostgres();

  @Override
  PostgresServer server() {
    return postgres;
  }
}
