/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.Manifest;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The vault's copy in one region, read only. Blocking. A region that no vault was written to yet
 * holds no source.
 */
class VaultRegion {

  private final RegionId id;
  private final Supplier<VaultReader> open;
  private @Nullable VaultReader reader;

  VaultRegion(RegionId id, Supplier<VaultReader> open) {
    this.id = id;
    this.open = open;
  }

  RegionId id() {
    return id;
  }

  List<SourceId> sources() {
    VaultReader vault = reader();
    return vault == null ? List.of() : vault.sources();
  }

  long head(SourceId source) {
    VaultReader vault = reader();
    return vault == null ? 0 : vault.head(source);
  }

  /** Manifests after number {@code after}, of which the vault holds some. */
  List<Manifest> chain(SourceId source, long after) {
    VaultReader vault = reader();
    return vault == null ? List.of() : vault.chain(source, after);
  }

  private synchronized @Nullable VaultReader reader() {
    if (reader == null) {
      try {
        reader = open.get();
      } catch (VaultException e) {
        if (e.reason() != VaultException.Reason.NOT_FOUND) {
          throw e;
        }
      }
    }
    return reader;
  }
}
