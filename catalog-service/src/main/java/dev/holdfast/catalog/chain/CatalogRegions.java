/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.service.RegionStores;
import dev.holdfast.service.RegionsConfig;
import dev.holdfast.service.SourcesConfig;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The regions and sources that the catalog is configured with; the first region is the primary. */
@ApplicationScoped
public class CatalogRegions {

  private final RegionsConfig regions;
  private final RegionStores stores;
  private final SourcesConfig sources;
  private @Nullable VaultReader vault;

  CatalogRegions(RegionsConfig regions, RegionStores stores, SourcesConfig sources) {
    this.regions = regions;
    this.stores = stores;
    this.sources = sources;
  }

  public List<RegionId> ids() {
    return regions.regions().stream().map(RegionsConfig.Region::id).toList();
  }

  Set<SourceId> configuredSources() {
    return new TreeSet<>(sources.sources().keySet());
  }

  /** The vault's copies, in the order in which they are asked. */
  List<VaultRegion> vaults() {
    regions.primary();
    Set<SigningKey.Public> trusted = trustedSigners();
    return regions.regions().stream()
        .map(
            region -> {
              // One store a region, also while there is no vault yet and every look fails.
              ObjectStore store = stores.open(region);
              return new VaultRegion(region.id(), () -> VaultReader.open(store, trusted));
            })
        .toList();
  }

  /** All copies as one; opened at the first use, and read only. */
  public synchronized VaultReader vault() {
    if (vault == null) {
      vault =
          VaultReader.of(
              FallbackObjectStore.of(regions.regions().stream().map(stores::open).toList()),
              trustedSigners());
    }
    return vault;
  }

  private Set<SigningKey.Public> trustedSigners() {
    Path file =
        regions
            .trustedSigners()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "holdfast.vault.trusted-signers is not set; name the file with the public"
                            + " signing keys whose manifests the catalog may believe"));
    Set<SigningKey.Public> trusted = new LinkedHashSet<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank()) {
          trusted.add(SigningKey.Public.parse(line.strip()));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "holdfast.vault.trusted-signers: cannot read %s: %s".formatted(file, e), e);
    }
    return trusted;
  }
}
