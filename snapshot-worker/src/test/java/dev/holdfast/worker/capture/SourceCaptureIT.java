/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class SourceCaptureIT extends SourceCaptureContract {

  @TempDir static Path servers;

  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void startServer() {
    postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(servers.resolve("pg")));
  }

  @AfterAll
  static void stopServer() {
    postgres.kill9();
  }

  @Override
  PostgresServer server() {
    return postgres;
  }
}
