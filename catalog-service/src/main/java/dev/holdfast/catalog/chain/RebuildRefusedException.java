/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import java.util.Map;
import java.util.stream.Collectors;

/** A rebuild would know less than the catalog does, because regions cannot be read right now. */
final class RebuildRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RebuildRefusedException(
      SourceId source, long head, long readable, Map<RegionId, String> problems) {
    super(
        "source '%s': the catalog holds %d manifests, and only %d can be read now; %s"
            .formatted(
                source,
                head,
                readable,
                problems.entrySet().stream()
                    .map(problem -> problem.getKey() + ": " + problem.getValue())
                    .collect(Collectors.joining("; "))));
  }
}
