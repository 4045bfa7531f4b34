/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import dev.holdfast.embedded.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Holdfast's own command line, run as a process of its own, as an operator would. */
public final class CommandLineTool {

  private final Path jar;
  private final Path log;

  public CommandLineTool(Path home, Path log) {
    this.jar = home.resolve("cli/target/holdfast-cli.jar");
    this.log = log;
  }

  /** Returns what it printed; fails when its exit code is another than 0. */
  public String run(List<String> arguments, Map<String, String> environment, Duration time) {
    var words = JavaCommand.ofJar(List.of("-Xmx384m"), jar);
    words.addAll(arguments);
    try {
      Path out = Files.createTempFile(log.toAbsolutePath().getParent(), "cli-", ".out");
      var builder =
          new ProcessBuilder(words)
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      var process = builder.start();
      try {
        if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new ActFailedException(
              "'holdfast " + arguments.getFirst() + "' ends within " + time.toSeconds() + " s",
              "it still runs",
              log);
        }
        String printed = Files.readString(out, StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
          throw new ActFailedException(
              "'holdfast " + arguments.getFirst() + "' succeeds",
              "exit code " + process.exitValue() + ": " + tail(),
              log);
        }
        return printed;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ActFailedException("a restore", "interrupted", log, e);
      } finally {
        process.destroyForcibly();
        Files.deleteIfExists(out);
      }
    } catch (IOException e) {
      throw new ActFailedException("the command line starts", e.toString(), log, e);
    }
  }

  private String tail() throws IOException {
    var lines = Files.readAllLines(log);
    return String.join(
        "\n            ", lines.subList(Math.max(0, lines.size() - 4), lines.size()));
  }
}
