/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Shows how far long work is, on standard error: a bar that redraws itself where somebody watches,
 * otherwise a line per phase and one every so often.
 */
final class Progress implements AutoCloseable {

  private static final int WIDTH = 30;
  private static final long REDRAW_MILLIS = 100;
  private static final long LINE_MILLIS = 10_000;

  private final Console console;
  private String phase = "";
  private boolean drawn;
  private long lastShown;

  Progress(Console console) {
    this.console = console;
  }

  /**
   * @param done of {@code total} bytes; a total of 0: unknown
   */
  void show(String what, long done, long total) {
    show(what, done, total, Optional.empty());
  }

  /**
   * @param left how long all of the work is likely to take from here on
   */
  synchronized void show(String what, long done, long total, Optional<Duration> left) {
    long now = console.clock().millis();
    boolean changed = !what.equals(phase);
    if (!changed && now - lastShown < (console.terminal() ? REDRAW_MILLIS : LINE_MILLIS)) {
      return;
    }
    lastShown = now;
    if (console.terminal()) {
      if (changed && drawn) {
        console.err().println();
      }
      console.err().print("\r" + line(what, done, total) + left(left) + "\u001b[K");
      console.err().flush();
      drawn = true;
    } else {
      console
          .err()
          .println(
              (total > 0 && done > 0
                      ? what + ": " + bytes(done) + " of " + bytes(total)
                      : what + " ...")
                  + left(left));
    }
    phase = what;
  }

  /** A line that stays. */
  synchronized void say(String line) {
    endLine();
    console.err().println(line);
    phase = "";
  }

  private static String left(Optional<Duration> left) {
    return left.map(it -> ", about " + Durations.text(it) + " left").orElse("");
  }

  private static String line(String what, long done, long total) {
    if (total <= 0) {
      return what + " ...";
    }
    double part = Math.clamp((double) done / total, 0, 1);
    int filled = (int) Math.round(part * WIDTH);
    return String.format(
        Locale.ROOT,
        "%-22s [%s%s] %3.0f %%  %s of %s",
        what,
        "#".repeat(filled),
        "-".repeat(WIDTH - filled),
        part * 100,
        bytes(done),
        bytes(total));
  }

  static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    for (String unit : new String[] {"KiB", "MiB", "GiB"}) {
      value /= 1024;
      if (value < 1024) {
        return String.format(Locale.ROOT, "%.1f %s", value, unit);
      }
    }
    return String.format(Locale.ROOT, "%.1f TiB", value / 1024);
  }

  private void endLine() {
    if (drawn) {
      console.err().println();
      drawn = false;
    }
  }

  @Override
  public synchronized void close() {
    endLine();
  }
}
