/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Name of a restore point, such as {@code before release 42}; unique within its source. */
public record PointName(String value) {

  @JsonCreator
  public PointName {
    Names.require("the name of a restore point", value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
