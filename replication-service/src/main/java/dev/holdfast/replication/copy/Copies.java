/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.messaging.EventPublisher;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.service.RegionStores;
import dev.holdfast.service.RegionsConfig;
import dev.holdfast.service.SourcesConfig;
import dev.holdfast.vault.VaultCopier;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** All copies: one loop for each source and region, from start to stop. */
@ApplicationScoped
public class Copies {

  private final List<Region> regions;

  /** Each region's store as the copies of other regions read it. */
  private final Map<RegionId, PatientStore> fromAfar;

  private final List<CopyLoop> loops = new ArrayList<>();

  @Inject
  Copies(
      RegionsConfig regions,
      RegionStores stores,
      SourcesConfig sources,
      CopyConfig config,
      EventPublisher publisher,
      InstantSource clock) {
    this(
        open(regions, stores),
        trusted(regions),
        sources.sources().keySet(),
        config,
        publisher::publish,
        clock);
  }

  Copies(
      List<Region> regions,
      Set<SigningKey.Public> trusted,
      Set<SourceId> sources,
      CopyConfig config,
      Facts facts,
      InstantSource clock) {
    this.regions = List.copyOf(regions);
    this.fromAfar =
        regions.stream()
            .collect(
                Collectors.toMap(
                    Region::id, region -> new PatientStore(region.store(), config.patience())));
    for (SourceId source : sources) {
      for (Region region : regions) {
        RegionCopy copy =
            new RegionCopy(
                source, region, vault(region, trusted), config.parallelCopies(), facts, clock);
        loops.add(new CopyLoop(source, region.id(), copy, config, facts, clock));
      }
    }
  }

  private static List<Region> open(RegionsConfig config, RegionStores stores) {
    RegionId primary = config.primary().id();
    return config.regions().stream()
        .map(
            region ->
                new Region(
                    region.id(),
                    region.id().equals(primary),
                    region.cold(),
                    stores.open(region),
                    stores.lock(region)))
        .toList();
  }

  private static Set<SigningKey.Public> trusted(RegionsConfig config) {
    return SigningKey.Public.readAll(
        config
            .trustedSigners()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "holdfast.vault.trusted-signers is not set; name the file with the public"
                            + " signing keys whose manifests may be copied")));
  }

  private RegionCopy.Vault vault(Region region, Set<SigningKey.Public> trusted) {
    List<ObjectStore> others =
        regions.stream()
            .filter(other -> other != region)
            // Reading an archive is slow or costly.
            .sorted(Comparator.comparing(Region::cold))
            .map(this::afar)
            .toList();
    List<ObjectStore> all = new ArrayList<>(others);
    all.addFirst(region.store());
    VaultReader everywhere = VaultReader.of(new FallbackObjectStore(all), trusted);
    Optional<VaultReader> elsewhere =
        others.isEmpty()
            ? Optional.empty()
            : Optional.of(VaultReader.of(new FallbackObjectStore(others), trusted));
    return new RegionCopy.Vault(
        everywhere,
        elsewhere,
        // What the primary holds, it holds first; with one region there is nothing to copy from.
        new VaultCopier(
            region.primary() ? everywhere : elsewhere.orElse(everywhere), region.store()),
        source -> VaultReader.headOf(region.store(), source),
        this::regionOf);
  }

  private ObjectStore afar(Region region) {
    return Objects.requireNonNull(fromAfar.get(region.id()));
  }

  private RegionId regionOf(ObjectStore store) {
    return regions.stream()
        .filter(region -> region.store() == store || afar(region) == store)
        .findFirst()
        .orElseThrow()
        .id();
  }

  void start(@Observes StartupEvent event) {
    start();
  }

  void start() {
    loops.forEach(CopyLoop::start);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stop();
  }

  void stop() throws InterruptedException {
    for (CopyLoop loop : loops) {
      loop.stop();
    }
    fromAfar.values().forEach(PatientStore::close);
    regions.forEach(region -> region.store().close());
  }

  /** A chain has grown. */
  public void announced(SourceId source) {
    loops.stream().filter(loop -> loop.source().equals(source)).forEach(CopyLoop::look);
  }

  /** A strategy says how long its recovery points are to stay restorable where regions lock. */
  public void keepLocked(SourceId source, StrategyId strategy, Optional<Duration> retention) {
    loops.stream()
        .filter(loop -> loop.source().equals(source))
        .forEach(loop -> loop.keepLocked(strategy, retention));
  }

  public List<CopyStatus> statuses() {
    return loops.stream().map(CopyLoop::status).toList();
  }
}
