/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import java.util.List;

/**
 * What is known of a restore before it is begun.
 *
 * @param notExact what of the tables would not be as the target asks, and why
 */
public record RestorePreview(RestoreEstimate estimate, List<String> notExact) {

  public RestorePreview {
    notExact = List.copyOf(notExact);
  }
}
