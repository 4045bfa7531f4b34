/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.model.SourceId;

/** Name of a source's slot and publication: the same on every server that the source lives on. */
public final class SlotName {

  private SlotName() {}

  /** {@code holdfast_<source>}; slots know no '-'. */
  public static String of(SourceId source) {
    return "holdfast_" + source.value().replace('-', '_');
  }
}
