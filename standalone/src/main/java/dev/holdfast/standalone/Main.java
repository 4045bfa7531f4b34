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
import picocli.CommandLine.ParameterException;

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
    System.exit(line().execute(args));
  }

  static CommandLine line() {
    var line = new CommandLine(new Main());
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (e instanceof StandaloneException || e instanceof EmbeddedException || isOurs(e)) {
            command.getErr().println("error: " + e.getMessage());
          } else {
            e.printStackTrace(command.getErr());
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    line.setParameterExceptionHandler((e, words) -> usage(e));
    return line;
  }

  private static int usage(ParameterException e) {
    String message = String.valueOf(e.getMessage());
    var err = e.getCommandLine().getErr();
    err.println("error: " + message);
    if (!message.contains("HINT: ")) {
      err.println("HINT: see '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'");
    }
    return CommandLine.ExitCode.USAGE;
  }

  /** Messages of our libraries are meant for people. */
  static boolean isOurs(Exception e) {
    return e.getClass().getName().startsWith("dev.holdfast.");
  }

  /** The folder that holds the modules with their artifacts. */
  static Path home() {
    return Path.of(System.getProperty("holdfast.home", ".")).toAbsolutePath().normalize();
  }
}
