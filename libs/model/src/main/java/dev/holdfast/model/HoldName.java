/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Name of a legal hold, such as {@code case 2026-117}; no two holds of a source that are active at
 * the same time have the same.
 */
public record HoldName(String value) {

  @JsonCreator
  public HoldName {
    Names.require("the name of a legal hold", value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
