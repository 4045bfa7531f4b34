/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.policy;

/**
 * A policy as somebody wrote it.
 *
 * @param origin where it came from, such as a file's name
 */
public record PolicyText(String origin, String yaml) {

  /**
   * @throws IllegalArgumentException naming the field, its value and what it has to be
   */
  Policy parse() {
    return Policy.parse(origin, yaml);
  }
}
