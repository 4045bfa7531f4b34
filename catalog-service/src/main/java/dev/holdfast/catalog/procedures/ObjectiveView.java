/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.procedures;

import dev.holdfast.events.RecoveryEvent.PublishedObjective;
import java.util.List;

/**
 * A recovery objective.
 *
 * @param rpoSeconds of work that may be lost
 * @param rtoSeconds until service is back
 * @param priority {@code p0} first
 * @param dependencies objectives or capabilities that it needs
 */
public record ObjectiveView(
    String id,
    String name,
    long rpoSeconds,
    long rtoSeconds,
    List<String> components,
    String priority,
    List<String> dependencies) {

  static ObjectiveView of(PublishedObjective it) {
    return new ObjectiveView(
        it.id(),
        it.name(),
        it.rpo().toSeconds(),
        it.rto().toSeconds(),
        it.components(),
        it.priority(),
        it.dependencies());
  }
}
