/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker;

import dev.holdfast.events.BackupCommand.HoldMoment;
import dev.holdfast.events.BackupCommand.PlaceLegalHold;
import dev.holdfast.events.BackupCommand.ReleaseLegalHold;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.restore.HoldPlanner;
import dev.holdfast.postgres.restore.OutlinePlanner;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.SourceChain;
import dev.holdfast.service.RegionStores;
import dev.holdfast.service.RegionsConfig;
import dev.holdfast.vault.HoldScope;
import dev.holdfast.vault.LegalHolds;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.RestorePoints;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Legal holds in all regions of the vault. They need the chain and nothing of a capture: a source
 * that is protected no longer can be held too.
 */
@ApplicationScoped
public class VaultHolds {

  private final RegionsConfig regions;
  private final RegionStores stores;
  private final KeysConfig keys;
  private final InstantSource clock;

  VaultHolds(RegionsConfig regions, RegionStores stores, KeysConfig keys, InstantSource clock) {
    this.regions = regions;
    this.stores = stores;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Places a hold, or completes it; blocking, and as long as the vault is large.
   *
   * @throws VaultException what the hold was refused for
   * @throws dev.holdfast.vault.store.StoreException when a store does not do what it is asked
   */
  public LegalHolds.Result place(PlaceLegalHold command) {
    return with(
        opened -> {
          SourceChain chain = SourceChain.in(opened.vault(), command.source());
          List<ChainLink> outline = chain.outline();
          if (outline.isEmpty()) {
            throw new VaultException(
                Reason.NOT_FOUND,
                "the vault holds no source '"
                    + command.source()
                    + "'; it holds "
                    + opened.vault().sources());
          }
          RestoreTarget target = target(command.source(), command.moment(), outline);
          LegalHolds.Order order =
              new LegalHolds.Order(
                  command.source(),
                  command.hold(),
                  command.name(),
                  command.reason(),
                  command.requestedBy(),
                  command.moment().inWords());
          return opened
              .holds()
              .place(order, () -> scope(chain, command.source(), outline, target), opened.signer());
        });
  }

  /** Releases a hold, or completes that; likewise. */
  public LegalHolds.Result release(ReleaseLegalHold command) {
    return with(
        opened ->
            opened
                .holds()
                .release(
                    command.source(),
                    command.hold(),
                    command.reason(),
                    command.requestedBy(),
                    opened.signer()));
  }

  private HoldScope scope(
      SourceChain chain, SourceId source, List<ChainLink> outline, RestoreTarget target) {
    RestorePlan plan = OutlinePlanner.plan(chain, source, outline, target, clock.instant());
    if (plan instanceof RestorePlan.Reachable reachable) {
      return HoldPlanner.scope(chain, outline, reachable);
    }
    throw new VaultException(Reason.NOT_FOUND, "there is nothing to hold: " + plan.describe());
  }

  private static RestoreTarget target(SourceId source, HoldMoment moment, List<ChainLink> outline) {
    return moment
        .toPoint()
        .map(name -> point(source, name, outline))
        .or(() -> moment.toTime().map(RestoreTarget.AtTime::new))
        .or(() -> moment.toLsn().map(RestoreTarget.AtLsn::new))
        .orElseGet(RestoreTarget.Latest::new);
  }

  private static RestoreTarget point(SourceId source, PointName name, List<ChainLink> outline) {
    RestorePoints points = RestorePoints.in(outline);
    return points
        .find(name)
        .map(point -> new RestoreTarget.AtPoint(point.name(), point.position()))
        .orElseThrow(
            () ->
                new VaultException(
                    Reason.NOT_FOUND,
                    "source '"
                        + source
                        + "' has no restore point '"
                        + name
                        + "'; "
                        + points.newest()));
  }

  private record Opened(LegalHolds holds, VaultReader vault, SigningKey signer) {}

  private <T> T with(Function<Opened, T> work) {
    SigningKey signer = SigningKey.read(keys.signing());
    Set<SigningKey.Public> trusted = ConfiguredVault.trusted(regions, signer);
    Map<String, ObjectStore> opened = new LinkedHashMap<>();
    try {
      regions.regions().forEach(region -> opened.put(region.id().value(), stores.open(region)));
      ObjectStore together = FallbackObjectStore.of(List.copyOf(opened.values()));
      try (LegalHolds holds = new LegalHolds(opened, trusted, clock);
          VaultReader vault = VaultReader.of(together, trusted)) {
        return work.apply(new Opened(holds, vault, signer));
      }
    } finally {
      opened.values().forEach(ObjectStore::close);
    }
  }
}
