/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

import dev.holdfast.model.RegionId;
import dev.holdfast.recovery.KeysConfig;
import dev.holdfast.service.RegionStores;
import dev.holdfast.service.RegionsConfig;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The vault as restores read it: from the region they name, and from the next one where that has no
 * good copy.
 */
@ApplicationScoped
public class Vaults {

  private final RegionsConfig regions;
  private final RegionStores opener;
  private final KeysConfig keys;
  private final Map<RegionId, ObjectStore> stores = new LinkedHashMap<>();

  Vaults(RegionsConfig regions, RegionStores opener, KeysConfig keys) {
    this.regions = regions;
    this.opener = opener;
    this.keys = keys;
  }

  public List<RegionId> regions() {
    return regions.regions().stream().map(RegionsConfig.Region::id).toList();
  }

  /**
   * @throws VaultException BAD_KEY_FILE naming the key that is not set or the file that is bad
   */
  public Identity identity() {
    String what =
        keys.identity()
            .orElseThrow(
                () ->
                    new VaultException(
                        VaultException.Reason.BAD_KEY_FILE,
                        "holdfast.keys.identity is not set; name the file with the private key"));
    return Identity.open(
        what,
        regions.trustedSigners().map(Vaults::signers).orElse(Set.of()),
        () -> {
          throw new VaultException(
              VaultException.Reason.BAD_KEY_FILE,
              "holdfast.keys.identity: a service has nobody to ask; give passphrase:<file>");
        });
  }

  private static Set<SigningKey.Public> signers(Path file) {
    Set<SigningKey.Public> signers = new HashSet<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          signers.add(SigningKey.Public.parse(line.strip()));
        }
      }
    } catch (IOException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE,
          "holdfast.vault.trusted-signers: " + file + " cannot be read (" + e.getMessage() + ")",
          e);
    }
    return signers;
  }

  /** Opens the vault in every region, {@code first} before the others. */
  public VaultReader open(Optional<RegionId> first, Identity identity) {
    List<ObjectStore> inOrder = new ArrayList<>();
    first.ifPresent(region -> inOrder.add(store(region)));
    regions().stream()
        .filter(region -> !Optional.of(region).equals(first))
        .forEach(region -> inOrder.add(store(region)));
    if (inOrder.isEmpty()) {
      throw new IllegalStateException(
          "holdfast.vault.regions is empty; set holdfast.vault.regions[0].id and .url");
    }
    return VaultReader.open(new FallbackObjectStore(inOrder), identity.trustedSigners());
  }

  private synchronized ObjectStore store(RegionId id) {
    return stores.computeIfAbsent(
        id,
        it -> {
          RegionsConfig.Region region =
              regions.regions().stream().filter(r -> r.id().equals(it)).findFirst().orElseThrow();
          return opener.open(region);
        });
  }

  @PreDestroy
  synchronized void close() {
    stores.values().forEach(ObjectStore::close);
    stores.clear();
  }
}
