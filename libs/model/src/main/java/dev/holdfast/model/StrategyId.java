/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A backup strategy of the policy, such as {@code database}. */
public record StrategyId(String value) implements Comparable<StrategyId> {

  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  @JsonCreator
  public StrategyId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "strategy id '"
              + value
              + "' must be 1 to 63 of a-z, 0-9, '-' and '_', not starting with '-' or '_'");
    }
  }

  @Override
  public int compareTo(StrategyId other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
