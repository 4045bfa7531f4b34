/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/**
 * Standard error of a process that is killed: it lets so many steps be told, and the next one is
 * the last thing that the process does.
 */
final class Fuse extends PrintStream {

  /** The process is gone: nothing that catches exceptions sees it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final ByteArrayOutputStream told;
  private int steps;

  /**
   * @param steps lines that end with {@code ...}
   */
  Fuse(int steps) {
    this(new ByteArrayOutputStream(), steps);
  }

  private Fuse(ByteArrayOutputStream told, int steps) {
    super(told, true, UTF_8);
    this.told = told;
    this.steps = steps;
  }

  @Override
  public void println(String line) {
    super.println(line);
    if (line.endsWith(" ...") && steps-- == 0) {
      throw new Killed();
    }
  }

  String text() {
    return told.toString(UTF_8);
  }
}
