/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.Ports;
import dev.holdfast.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real pooler that shares sessions between transactions. Without the program tests are skipped.
 */
final class PgBouncer implements AutoCloseable {

  private final ChildProcess process;
  private final int port;

  private PgBouncer(ChildProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  static PgBouncer before(EmbeddedPostgres server, String database, Path folder)
      throws IOException {
    Path program =
        Stream.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    Assumptions.assumeTrue(
        program != null, "there is no PgBouncer here (apt-get install pgbouncer)");
    int port = Ports.free();
    Path config = folder.resolve("pgbouncer.ini");
    Files.writeString(
        config,
        """
        [databases]
        %1$s = host=127.0.0.1 port=%2$d dbname=%1$s user=postgres password=secret
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %3$d
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        ignore_startup_parameters = extra_float_digits,options
        %4$s
        """
            .formatted(
                database,
                server.port(),
                port,
                "root".equals(System.getProperty("user.name")) ? "user = nobody" : ""));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    ChildProcess process =
        ChildProcess.start(
            new ChildProcess.Command(
                "pgbouncer",
                List.of(String.valueOf(program), config.toString()),
                Map.of(),
                folder,
                folder.resolve("pgbouncer.log"),
                ChildProcess.StopSignal.TERM,
                Duration.ofSeconds(5)));
    PgBouncer pooler = new PgBouncer(process, port);
    try {
      Eventually.soon().is("pgbouncer listens", () -> Ports.isOpen(port));
    } catch (AssertionError e) {
      pooler.close();
      throw new AssertionError(process.logTail(10), e);
    }
    return pooler;
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.close();
  }
}
