/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts Java programs with a working folder and a log of their own. */
final class Launcher {

  private static final Duration WITHIN = Duration.ofSeconds(180);

  private final DataFolder data;

  Launcher(DataFolder data) {
    this.data = data;
  }

  /** Returns when the program listens on all of {@code ports}. */
  ChildProcess listener(String name, List<String> words, int... ports) {
    var child = start(name, words);
    long end = System.nanoTime() + WITHIN.toNanos();
    for (int port : ports) {
      while (!Ports.isOpen(port)) {
        if (!child.isAlive() || System.nanoTime() > end) {
          child.kill9();
          throw new StandaloneException(
              name
                  + " doesn't start; it said:\n"
                  + child.logTail(12)
                  + "\nHINT: See "
                  + child.log());
        }
        Readiness.sleep();
      }
    }
    return child;
  }

  ChildProcess start(String name, List<String> words) {
    Path work = data.work(name);
    try {
      Files.createDirectories(work);
    } catch (IOException e) {
      throw new StandaloneException("The folder " + work + " can't be created: " + e, e);
    }
    return ChildProcess.start(
        new ChildProcess.Command(
            name,
            words,
            // glibc's default of eight arenas per core costs more memory than it saves time here.
            Map.of("MALLOC_ARENA_MAX", "2"),
            work,
            data.log(name),
            ChildProcess.StopSignal.TERM,
            Duration.ofSeconds(20)));
  }
}
