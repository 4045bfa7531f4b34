/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.EmbeddedException;
import dev.holdfast.standalone.demo.DemoCommand;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The embedded default's command line: {@code up}, {@code down} and {@code demo}. */
@Command(
    name = "holdfast",
    subcommands = {UpCommand.class, DownCommand.class, DemoCommand.class})
public final class Main {

  // Held strongly, or the level would be collected with the logger.
  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  private Main() {}

  public static void main(String[] args) {
    KAFKA.setLevel(Level.SEVERE);
    var line = new CommandLine(new Main());
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (e instanceof StandaloneException || e instanceof EmbeddedException || isOurs(e)) {
            System.err.println(e.getMessage());
          } else {
            e.printStackTrace();
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    System.exit(line.execute(args));
  }

  /** Messages of our libraries are meant for people. */
  private static boolean isOurs(Exception e) {
    return e.getClass().getName().startsWith("dev.holdfast.");
  }

  /** The folder that holds the modules with their artifacts. */
  static Path home() {
    return Path.of(System.getProperty("holdfast.home", ".")).toAbsolutePath().normalize();
  }
}
