/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {

  @TempDir Path folder;

  @Test
  void knowsTheServersOwnProcessIdAndOutput() {
    var child = start("sh", "-c", "echo $$; exit 3");
    assertThat(child.onExit().join()).isEqualTo(3);
    assertThat(child.logTail(5)).isEqualTo(Long.toString(child.pid()));
  }

  @Test
  void killsWhatDoesNotStop() {
    var child = start("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done");
    awaitOutput(child);
    child.stop();
    assertThat(child.isAlive()).isFalse();
    assertThat(child.exitCode()).hasValue(137);
  }

  @Test
  void endsWhenItsOwnerIsKilled() throws Exception {
    Path pidFile = folder.resolve("pid");
    var words = new ArrayList<>(JavaCommand.of(List.of("-Xmx32m"), Owner.class.getName()));
    words.add(pidFile.toString());
    words.add(folder.toString());
    var owner =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("owner.log").toFile());
    var process = owner.start();
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!Files.exists(pidFile) && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      var child = ProcessHandle.of(Long.parseLong(Files.readString(pidFile))).orElseThrow();
      assertThat(child.isAlive()).isTrue();
      process.destroyForcibly().waitFor();
      assertThat(Processes.awaitDead(child, Duration.ofSeconds(10))).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Starts a child and waits to be killed. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] args) throws Exception {
      Path pidFile = Path.of(args[0]);
      var child =
          ChildProcess.start(
              new ChildProcess.Command(
                  "sleep",
                  List.of("sleep", "60"),
                  Map.of(),
                  Path.of(args[1]),
                  pidFile.resolveSibling("child.log"),
                  ChildProcess.StopSignal.TERM,
                  Duration.ofSeconds(2)));
      Path staged = pidFile.resolveSibling("staged");
      Files.writeString(staged, Long.toString(child.pid()));
      Files.move(staged, pidFile);
      Thread.sleep(60_000);
    }
  }

  private ChildProcess start(String... words) {
    return ChildProcess.start(
        new ChildProcess.Command(
            "test",
            List.of(words),
            Map.of(),
            folder,
            folder.resolve("test.log"),
            ChildProcess.StopSignal.TERM,
            Duration.ofSeconds(1)));
  }

  private static void awaitOutput(ChildProcess child) {
    while (child.logTail(1).isEmpty() && child.isAlive()) {
      Thread.onSpinWait();
    }
  }
}
