/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.JavaCommand;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A supervisor in the background: started in a session of its own, watched until it is ready. */
final class Detached {

  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private Detached() {}

  /** Starts {@code Main} with the arguments and returns 0 when it is ready, or its exit code. */
  static int start(DataFolder data, List<String> arguments)
      throws IOException, InterruptedException {
    // Fails with a clear message where the folder can't be used, and lets the background process
    // have it.
    data.open();
    data.close();
    Path log = data.log("up");
    var words = new ArrayList<String>();
    if (Files.isExecutable(SETSID)) {
      words.add(SETSID.toString());
    }
    words.addAll(
        JavaCommand.of(
            List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-Dholdfast.home=" + Main.home()),
            Main.class.getName()));
    words.addAll(arguments);
    long from = Files.exists(log) ? Files.size(log) : 0;
    var process =
        new ProcessBuilder(words)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    var giveUp = new Thread(process::destroy, "detach-interrupted");
    Runtime.getRuntime().addShutdownHook(giveUp);
    while (true) {
      boolean alive = process.isAlive();
      from = copy(log, from);
      if (!alive) {
        Runtime.getRuntime().removeShutdownHook(giveUp);
        return process.exitValue() == 0 ? 1 : process.exitValue();
      }
      boolean ready =
          Running.read(data.state())
              .filter(running -> running.pid() == process.pid() && running.state().equals("ready"))
              .isPresent();
      if (ready) {
        Runtime.getRuntime().removeShutdownHook(giveUp);
        Thread.sleep(100);
        copy(log, from);
        System.out.println(
            "Running in the background as process "
                + process.pid()
                + "; 'holdfast down --data "
                + data.root()
                + "' stops it.");
        return 0;
      }
      Thread.sleep(100);
    }
  }

  /** Prints what was added to the log since. */
  private static long copy(Path log, long from) throws IOException {
    if (!Files.exists(log)) {
      return from;
    }
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(from);
      var bytes = new byte[(int) Math.min(1 << 20, file.length() - from)];
      file.readFully(bytes);
      System.out.print(new String(bytes, StandardCharsets.UTF_8));
      System.out.flush();
      return from + bytes.length;
    }
  }
}
