/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.JavaCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A service as it is built, in a process of its own. */
final class ShippedService {

  private ShippedService() {}

  /**
   * @param heap as in the suite
   * @param configuration file of its settings
   * @param folder for its log
   */
  static ChildProcess start(String module, String heap, Path configuration, Path folder) {
    Path jar =
        Path.of(System.getProperty("holdfast.home", "."))
            .resolve(module)
            .resolve("target/quarkus-app/quarkus-run.jar");
    return ChildProcess.start(
        new ChildProcess.Command(
            module,
            JavaCommand.ofJar(
                List.of(
                    "-Xmx" + heap,
                    "-Xss512k",
                    "-XX:+UseCompactObjectHeaders",
                    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                    "-Dquarkus.config.locations=" + configuration.toUri()),
                jar),
            Map.of(),
            folder,
            folder.resolve(module + ".log"),
            ChildProcess.StopSignal.TERM,
            Duration.ofSeconds(30)));
  }
}
