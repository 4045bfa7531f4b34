/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs shell commands side by side and times them together. */
final class Shell {

  /** Of what a failed command wrote, its end. */
  private static final int SAID_MOST = 2000;

  private final Map<String, String> environment;
  private final Path log;

  Shell(Map<String, String> environment, Path log) {
    this.environment = Map.copyOf(environment);
    this.log = log;
  }

  /** For programs that connect to a server as its superuser. */
  static Shell to(EmbeddedPostgres postgres, Path log) {
    return new Shell(
        Map.of(
            "PGHOST",
            "127.0.0.1",
            "PGPORT",
            String.valueOf(postgres.port()),
            "PGUSER",
            EmbeddedPostgres.SUPERUSER,
            "PGPASSWORD",
            postgres.password().reveal(),
            "PGDATABASE",
            "bench"),
        log);
  }

  static boolean has(String program) {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      if (Path.of(folder, program).toFile().canExecute()) {
        return true;
      }
    }
    return false;
  }

  Duration time(String... commands) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    List<Process> running = new ArrayList<>();
    for (String command : commands) {
      ProcessBuilder builder =
          new ProcessBuilder("bash", "-o", "pipefail", "-c", command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      running.add(builder.start());
    }
    for (int i = 0; i < commands.length; i++) {
      int exit = running.get(i).waitFor();
      if (exit != 0) {
        // The log goes with all other data.
        String said = Files.readString(log);
        throw new IOException(
            "'"
                + commands[i]
                + "' ended with "
                + exit
                + ": "
                + said.substring(Math.max(0, said.length() - SAID_MOST)).strip());
      }
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}
