/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.testkit.ContainerPostgres;
import dev.holdfast.testkit.RequiresDocker;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequiresDocker(images = ContainerPostgres.IMAGE)
class SourceCaptureContainerIT extends SourceCaptureContract {

  @RegisterExtension static final ContainerPostgres postgres = new ContainerPostgres();

  @Override
  PostgresServer server() {
    return postgres;
  }
}
