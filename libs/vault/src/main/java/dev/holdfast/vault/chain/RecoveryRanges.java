/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import java.util.List;

/** What a chain says can be restored. */
public final class RecoveryRanges {

  private RecoveryRanges() {}

  /**
   * @param chain the whole chain of one source, in order
   */
  public static List<RecoveryRange> of(List<Manifest> chain) {
    throw new UnsupportedOperationException();
  }
}
