/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

/** What one look at a metric gave. */
public sealed interface Reading {

  /** A state, such as {@code ok} or {@code failed}. */
  record Text(String value) implements Reading {
    @Override
    public String toString() {
      return value;
    }
  }

  /** A measured value in the metric's own unit. */
  record Number(double value) implements Reading {
    public Number {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("reading " + value + " must be finite");
      }
    }

    @Override
    public String toString() {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }
  }

  /** No answer about the metric: neither good nor bad. */
  record Unknown(String reason) implements Reading {
    @Override
    public String toString() {
      return "unknown";
    }
  }
}
