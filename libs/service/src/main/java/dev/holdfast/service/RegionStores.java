/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.store.LockSettings;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.StoreSettings;
import dev.holdfast.vault.store.StoreSettings.AssumedRole;
import dev.holdfast.vault.store.TransferLimits;
import dev.holdfast.vault.store.VaultUrl;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens the stores of the configured regions. All stores of one region share its limits, and every
 * request is measured.
 */
@ApplicationScoped
public class RegionStores {

  private final SourcesConfig sources;
  private final MeterRegistry meters;
  private final Map<RegionId, TransferLimits> limits = new ConcurrentHashMap<>();

  public RegionStores(SourcesConfig sources, MeterRegistry meters) {
    this.sources = sources;
    this.meters = meters;
  }

  /**
   * Opens without asking the store anything. The caller closes it.
   *
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public ObjectStore open(RegionsConfig.Region region) {
    try {
      return ObjectStores.open(
          VaultUrl.parse(region.url()),
          settings(region),
          Optional.of(new StoreMetrics(meters, region.id())));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "holdfast.vault.regions, region " + region.id() + ": " + e.getMessage(), e);
    }
  }

  /** How long recovery points stay restorable in a region; empty where it does not lock. */
  public Optional<LockSettings> lock(RegionsConfig.Region region) {
    Optional<Duration> retention = region.lock().retention();
    if (region.lock().mode().isEmpty()) {
      if (retention.isPresent()) {
        throw new IllegalArgumentException(
            "lock.retention needs lock.mode beside it: governance or compliance");
      }
      return Optional.empty();
    }
    if (retention.isEmpty()) {
      throw new IllegalArgumentException("lock.mode needs lock.retention beside it, such as 30d");
    }
    Map<SourceId, Duration> bySource = new HashMap<>();
    sources
        .sources()
        .forEach((id, source) -> source.lockRetention().ifPresent(kept -> bySource.put(id, kept)));
    return Optional.of(new LockSettings(region.lock().mode().get(), retention.get(), bySource));
  }

  private StoreSettings settings(RegionsConfig.Region region) {
    if (region.accessKey().isPresent() != region.secretKey().isPresent()) {
      throw new IllegalArgumentException("access-key and secret-key belong together");
    }
    if (region.externalId().isPresent() && region.role().isEmpty()) {
      throw new IllegalArgumentException("external-id needs role beside it");
    }
    return new StoreSettings(
        region
            .accessKey()
            .flatMap(key -> region.secretKey().map(secret -> new StoreCredentials(key, secret))),
        region.profile(),
        region.role().map(arn -> new AssumedRole(arn, region.externalId())),
        region.proxy().map(url -> proxy(url.reveal())),
        region.caFile(),
        lock(region),
        limits.computeIfAbsent(region.id(), id -> limits(region)));
  }

  private static URI proxy(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      // Its words would repeat a password.
      throw new IllegalArgumentException(
          "the proxy is no address; expected http(s)://[user:password@]host:port");
    }
  }

  private static TransferLimits limits(RegionsConfig.Region region) {
    return new TransferLimits(
        bytes(region.uploadLimit().map(size -> size.asLongValue()).orElse(null)),
        bytes(region.downloadLimit().map(size -> size.asLongValue()).orElse(null)),
        region.requestLimit());
  }

  private static OptionalLong bytes(@Nullable Long limit) {
    return limit == null ? OptionalLong.empty() : OptionalLong.of(limit);
  }
}
