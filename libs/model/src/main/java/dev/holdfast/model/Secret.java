/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

/** A password or key as text; prints as {@code ***}. */
public final class Secret {

  private final String value;

  public Secret(String value) {
    this.value = value;
  }

  /** The secret itself; keep it out of logs and messages. */
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "***";
  }
}
