/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.Folders;
import dev.holdfast.standalone.LocalStack;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** From nothing to protected, and what the whole suite takes of the memory then. */
@Command(
    name = "up-start",
    description = "Seconds until 'up' is ready and protected on an empty folder, and its memory.")
final class StartBench implements Callable<Integer> {

  @Option(names = "--runs", defaultValue = "3", description = "Starts (default: 3).")
  private int runs;

  @Override
  public Integer call() throws Exception {
    var figures = new Figures("up, empty folder to protected");
    long pss = 0;
    for (int run = 0; run < runs; run++) {
      Path root = Files.createTempDirectory("holdfast-bench-");
      try (var quiet =
              new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
          var stack = LocalStack.open(root.resolve("data"), 27200, Map.of(), quiet)) {
        long begun = System.nanoTime();
        stack.start();
        figures.add(Duration.ofNanos(System.nanoTime() - begun));
        pss = Math.max(pss, pss());
      } finally {
        Folders.delete(root);
      }
    }
    System.out.println(Figures.header());
    System.out.println(figures.row());
    System.out.printf(Locale.ROOT, "memory of all processes (sum of PSS): %d MiB%n", pss >> 10);
    return 0;
  }

  /** KiB of this process and everything below it; only Linux tells. */
  private static long pss() {
    try (Stream<ProcessHandle> below = ProcessHandle.current().descendants()) {
      return Stream.concat(Stream.of(ProcessHandle.current()), below)
          .mapToLong(process -> pss(process.pid()))
          .sum();
    }
  }

  private static long pss(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .sum();
    } catch (IOException e) {
      // Ended meanwhile.
      return 0;
    }
  }
}
