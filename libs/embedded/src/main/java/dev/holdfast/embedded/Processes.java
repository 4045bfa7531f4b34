/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Processes that need not be children of this JVM. */
public final class Processes {

  private Processes() {}

  /**
   * Whether it can't run any more: it is gone, or dead and only not yet collected by its parent.
   */
  public static boolean isDead(ProcessHandle process) {
    return !process.isAlive() || isZombie(process.pid());
  }

  /** Waits until it is dead; false when it still isn't after the time. */
  public static boolean awaitDead(ProcessHandle process, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    boolean interrupted = false;
    try {
      while (!isDead(process)) {
        if (System.nanoTime() > end) {
          return false;
        }
        try {
          Thread.sleep(10);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Running processes of a program (by file name) whose working folder is this one; Linux only,
   * else none.
   */
  public static List<ProcessHandle> workingIn(Path folder, String program) {
    Path real = folder.toAbsolutePath().normalize();
    return ProcessHandle.allProcesses()
        .filter(process -> real.equals(link(process.pid(), "cwd")))
        .filter(process -> isProgram(process.pid(), program))
        .filter(process -> !isDead(process))
        .toList();
  }

  private static boolean isProgram(long pid, String program) {
    var executable = link(pid, "exe");
    return executable != null && executable.endsWith(program);
  }

  private static @Nullable Path link(long pid, String name) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + pid + "/" + name));
    } catch (IOException e) {
      // Gone meanwhile, another user's, or a system without /proc.
      return null;
    }
  }

  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // "pid (name) state …": the name may hold anything, so the last parenthesis counts.
      int name = stat.lastIndexOf(')');
      return name >= 0 && stat.length() > name + 2 && stat.charAt(name + 2) == 'Z';
    } catch (IOException e) {
      // Gone meanwhile, or a system without /proc.
      return false;
    }
  }
}
