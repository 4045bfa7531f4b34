/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

/**
 * How far a base is.
 *
 * @param tablesDone of {@code tables}
 * @param copiedBytes plain bytes of rows so far
 * @param sourceBytesDone size on the source's disk of what is copied, of {@code sourceBytes}
 */
public record BaseProgress(
    int tables,
    int tablesDone,
    long rows,
    long copiedBytes,
    long sourceBytesDone,
    long sourceBytes) {

  /** Is told now and then, by any thread; must be quick. */
  @FunctionalInterface
  public interface Listener {
    Listener NONE = _ -> {};

    void progress(BaseProgress progress);
  }
}
