/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code down}: stops what runs on a folder. */
@Command(
    name = "down",
    description =
        "Stops the suite that runs on a data folder, in order, and returns when nothing of it is left.",
    footer = {
      "",
      "Exit codes: 0 stopped, 1 not stopped, 2 wrong usage, 3 nothing runs on the folder."
    })
final class DownCommand implements Callable<Integer> {

  static final int NOT_RUNNING = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder (default: ~/.holdfast).")
  private @Nullable Path dataFolder;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Override
  public Integer call() {
    var data = new DataFolder(dataFolder == null ? DataFolder.standard() : dataFolder);
    var running = Running.read(data.state());
    var supervisor = running.flatMap(Running::supervisor);
    if (supervisor.isPresent()) {
      System.out.println(
          "Stopping process " + supervisor.get().pid() + " and everything it started");
      supervisor.get().destroy();
      if (!Processes.awaitDead(supervisor.get(), PATIENCE)) {
        throw new StandaloneException(
            "Process "
                + supervisor.get().pid()
                + " hasn't stopped after "
                + PATIENCE.toMinutes()
                + " minutes.\nHINT: See "
                + data.log("up")
                + "; kill -9 "
                + supervisor.get().pid()
                + " ends everything.");
      }
    }
    boolean left = false;
    for (var known : running.map(Running::processes).orElse(java.util.List.of())) {
      var process = known.alive();
      if (process.isPresent()) {
        left = true;
        System.out.println(
            "Waiting for " + known.name() + " (process " + known.pid() + ") to stop");
        if (!Processes.awaitDead(process.get(), Duration.ofSeconds(75))) {
          process.get().destroyForcibly();
        }
      }
    }
    if (supervisor.isEmpty() && !left) {
      System.err.println("Nothing runs on " + data.root() + ".");
      return NOT_RUNNING;
    }
    System.out.println("Stopped.");
    return 0;
  }
}
