/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.procedure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The table of objectives and of the capabilities that they name. */
public record Objectives(List<Objective> objectives, List<Objective.Capability> capabilities) {

  public Objectives {
    objectives = List.copyOf(objectives);
    capabilities = List.copyOf(capabilities);
    for (Objective objective : objectives) {
      for (String needed : objective.dependencies()) {
        boolean known =
            objectives.stream().anyMatch(o -> o.id().equals(needed))
                || capabilities.stream().anyMatch(c -> c.id().equals(needed));
        if (!known) {
          throw new IllegalArgumentException(
              "objective "
                  + objective.id()
                  + " depends on '"
                  + needed
                  + "', which is neither an objective nor a capability");
        }
      }
    }
  }

  public Optional<Objective> find(String id) {
    return objectives.stream().filter(o -> o.id().equals(id)).findFirst();
  }

  /** {@code id} and everything that depends on it, directly or not; most urgent first. */
  public List<Objective> affectedBy(String id) {
    Set<String> down = new HashSet<>(Set.of(id));
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Objective objective : objectives) {
        if (objective.dependencies().stream().map(this::provider).anyMatch(down::contains)) {
          grew |= down.add(objective.id());
        }
      }
    }
    List<Objective> affected = new ArrayList<>(objectives);
    affected.removeIf(o -> !down.contains(o.id()));
    affected.sort(java.util.Comparator.comparing(Objective::priority));
    return List.copyOf(affected);
  }

  private String provider(String dependency) {
    return capabilities.stream()
        .filter(c -> c.id().equals(dependency))
        .flatMap(c -> c.objective().stream())
        .findFirst()
        .orElse(dependency);
  }
}
