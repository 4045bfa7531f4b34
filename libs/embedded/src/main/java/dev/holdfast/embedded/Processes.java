/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

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
