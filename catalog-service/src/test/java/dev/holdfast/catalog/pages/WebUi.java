/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.pages;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The pages' own sources and tools; skips a test where there is no Node to run them. */
public final class WebUi {

  public static final Path FOLDER = Path.of("src/main/webui").toAbsolutePath();

  private static final int OLDEST_NODE = 20;

  private WebUi() {}

  /** What a program said, and how it ended. */
  public record Ended(int code, String output) {}

  /** Skips the test without Node; installs what the pages are built with where it is missing. */
  public static void requireTools() {
    assumeTrue(hasNode(), "no Node of version " + OLDEST_NODE + " or newer");
    if (!Files.isDirectory(FOLDER.resolve("node_modules"))) {
      Ended ended = run(300, "npm", "install", "--no-save", "--prefer-offline");
      if (ended.code() != 0) {
        throw new IllegalStateException("npm install failed:\n" + ended.output());
      }
    }
  }

  public static Ended run(int seconds, String... command) {
    @Nullable Path output = null;
    try {
      output = Files.createTempFile("holdfast-pages", ".log");
      Process process =
          new ProcessBuilder(command)
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new IllegalStateException(
            "%s did not end in %d s:\n%s"
                .formatted(List.of(command), seconds, Files.readString(output)));
      }
      return new Ended(process.exitValue(), Files.readString(output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      delete(output);
    }
  }

  private static void delete(@Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Whether there is a Node that can build them. */
  public static boolean hasNode() {
    if (!has("node") || !has("npm")) {
      return false;
    }
    String version = run(30, "node", "--version").output().strip();
    return Integer.parseInt(version.replaceFirst("^v(\\d+).*", "$1")) >= OLDEST_NODE;
  }

  /** Whether the machine has a program of that name. */
  public static boolean has(String program) {
    for (String folder : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
