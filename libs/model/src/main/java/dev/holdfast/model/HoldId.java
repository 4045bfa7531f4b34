/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** One legal hold: what asked for it twice, asked for one. */
public record HoldId(String value) implements Comparable<HoldId> {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

  @JsonCreator
  public HoldId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "legal hold '" + value + "' must be 1 to 63 letters, digits, '-' and '_'");
    }
  }

  @Override
  public int compareTo(HoldId other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
