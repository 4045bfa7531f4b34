/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A file system of its own, in memory, that is soon full. Where nobody may mount one, the test is
 * skipped, and says so.
 */
public final class SmallDisk implements AutoCloseable {

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Mounts it on an empty folder. */
  public static SmallDisk on(Path folder, long bytes) {
    String refused = run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", folder.toString());
    Assumptions.assumeTrue(
        refused.isEmpty(), "no small disk can be mounted here (be root on Linux): " + refused);
    return new SmallDisk(folder);
  }

  /** Gives it more room; what is on it stays. */
  public void grow(long bytes) {
    require("mount", "-o", "remount,size=" + bytes, folder.toString());
  }

  @Override
  public void close() {
    // At once for us; for a server that still has files open, when it ends.
    require("umount", "--lazy", folder.toString());
  }

  private static void require(String... command) {
    String refused = run(command);
    if (!refused.isEmpty()) {
      throw new IllegalStateException(String.join(" ", command) + ": " + refused);
    }
  }

  /** Why it did not work; empty when it did. */
  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String says = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return command[0] + " did not end";
      }
      return process.exitValue() == 0
          ? ""
          : says.isBlank() ? command[0] + " ended with " + process.exitValue() : says.strip();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
