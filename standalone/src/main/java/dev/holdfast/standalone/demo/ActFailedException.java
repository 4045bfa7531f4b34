/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An act that did not go as it should: what was expected, what was seen, and which log tells more.
 */
public final class ActFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ActFailedException(String expected, String seen, Path log) {
    this(expected, seen, log, null);
  }

  public ActFailedException(String expected, String seen, Path log, @Nullable Throwable cause) {
    super("expected: " + expected + "\n  seen:     " + seen + "\n  read:     " + log, cause);
  }
}
