/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.Position;
import java.util.List;
import java.util.Objects;

/**
 * What a restore to one moment needs of a chain.
 *
 * @param position where the restore ends
 * @param through manifests 1 to this number: the whole chain as it was when the restore was planned
 * @param named manifests whose objects the restore reads, in order
 */
public record HoldScope(Position position, long through, List<Stretch> named) {

  /** Neighbouring manifests, by their numbers. */
  public record Stretch(long first, long last) {

    public Stretch {
      if (first < 1 || last < first) {
        throw new IllegalArgumentException(
            "manifests " + first + " to " + last + ": numbers start at 1 and do not go back");
      }
    }
  }

  public HoldScope {
    Objects.requireNonNull(position, "position");
    named = List.copyOf(named);
    if (named.isEmpty()) {
      throw new IllegalArgumentException("a restore reads at least a base");
    }
    if (named.getLast().last() > through) {
      throw new IllegalArgumentException(
          "manifest " + named.getLast().last() + " is beyond " + through);
    }
  }

  /** Whether the restore reads the objects of a manifest. */
  boolean names(long manifest) {
    return named.stream().anyMatch(it -> it.first() <= manifest && manifest <= it.last());
  }
}
