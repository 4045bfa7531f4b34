/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A region of the vault, such as {@code us-east-1}. */
public record RegionId(String value) implements Comparable<RegionId> {

  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  @JsonCreator
  public RegionId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "region id '" + value + "' must be 1 to 63 of a-z, 0-9 and '-', not starting with '-'");
    }
  }

  @Override
  public int compareTo(RegionId other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
