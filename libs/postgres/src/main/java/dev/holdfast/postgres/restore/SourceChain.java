/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import java.util.List;

/** One source's chain as plans need it: all of it in outline, and any part of it in full. */
public interface SourceChain {

  /** The whole chain, neighbouring segments folded, objects left out. */
  List<ChainLink> outline();

  /** Manifests {@code first} to {@code last}, as they are. */
  List<Manifest> manifests(long first, long last);

  /** A chain in a vault. Each call reads; the outline is what the chain was at that moment. */
  static SourceChain in(VaultReader vault, SourceId source) {
    return new SourceChain() {
      @Override
      public List<ChainLink> outline() {
        return vault.outline(source);
      }

      @Override
      public List<Manifest> manifests(long first, long last) {
        return vault.chain(source, first - 1, Math.toIntExact(last - first + 1));
      }
    };
  }
}
