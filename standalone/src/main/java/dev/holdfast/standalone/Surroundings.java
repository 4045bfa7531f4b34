/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What all parts of one run have in common.
 *
 * @param home folder of the modules with their artifacts
 * @param state what {@code holdfast.json} says
 */
record Surroundings(
    DataFolder data,
    Settings settings,
    Path home,
    Console console,
    InstantSource clock,
    StackState state) {

  PortPlan ports() {
    return settings.ports();
  }
}
