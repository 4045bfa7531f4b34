/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.model.SourceId;
import java.util.LinkedHashMap;
import java.util.Map;

/** How far the checks of several regions are together, on one line. Thread-safe. */
final class CheckProgress implements AutoCloseable {

  private record Far(long done, long total) {}

  private final Progress progress;
  private final String what;
  private final Map<String, Far> sources = new LinkedHashMap<>();

  CheckProgress(Console console, String what) {
    this.progress = new Progress(console);
    this.what = what;
  }

  /**
   * @param done of {@code total} bytes of one source in one region
   */
  synchronized void at(String region, SourceId source, long done, long total) {
    sources.merge(
        region + " " + source,
        new Far(done, total),
        (before, now) -> before.done > now.done ? before : now);
    progress.show(
        what,
        sources.values().stream().mapToLong(Far::done).sum(),
        sources.values().stream().mapToLong(Far::total).sum());
  }

  /** A line that stays. */
  void say(String line) {
    progress.say(line);
  }

  @Override
  public void close() {
    progress.close();
  }
}
