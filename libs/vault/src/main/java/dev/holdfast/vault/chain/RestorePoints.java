/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import dev.holdfast.model.PointName;
import dev.holdfast.vault.chain.ChainEntry.RestorePoint;
import java.util.List;
import java.util.Optional;

/** The restore points that a chain names, oldest first. */
public record RestorePoints(List<RestorePoint> points) {

  public RestorePoints {
    points = List.copyOf(points);
  }

  public static RestorePoints in(List<ChainLink> outline) {
    return new RestorePoints(
        outline.stream()
            .map(ChainLink::entry)
            .filter(RestorePoint.class::isInstance)
            .map(RestorePoint.class::cast)
            .toList());
  }

  public Optional<RestorePoint> find(PointName name) {
    return points.stream().filter(point -> point.name().equals(name)).findFirst();
  }

  /** For people who asked for one that is not there. */
  public String newest() {
    List<String> names =
        points.reversed().stream().limit(10).map(point -> "'" + point.name() + "'").toList();
    return names.isEmpty()
        ? "the source has none"
        : "it has "
            + String.join(", ", names)
            + (points.size() > names.size() ? " and older ones" : "");
  }
}
