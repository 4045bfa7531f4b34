/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a condition compares. */
public enum Operator {
  @JsonProperty("equals")
  EQUALS("="),
  @JsonProperty("greater_than")
  GREATER_THAN(">"),
  @JsonProperty("less_than")
  LESS_THAN("<");

  private final String sign;

  Operator(String sign) {
    this.sign = sign;
  }

  String sign() {
    return sign;
  }

  /** Whether text can be compared this way. */
  boolean comparesText() {
    return this == EQUALS;
  }

  boolean holds(double left, double right) {
    return switch (this) {
      case EQUALS -> left == right;
      case GREATER_THAN -> left > right;
      case LESS_THAN -> left < right;
    };
  }
}
