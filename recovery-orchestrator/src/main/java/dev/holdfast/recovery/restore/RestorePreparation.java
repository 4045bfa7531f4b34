/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

import dev.holdfast.events.RecoveryCommand.Target;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.restore.OutlinePlanner;
import dev.holdfast.postgres.restore.RestoreEngine;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestorePlan.Reachable;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.SourceChain;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.postgres.search.ChangeSearch;
import dev.holdfast.postgres.search.TransactionTarget;
import dev.holdfast.recovery.restore.RestoreRefusedException.Reason;
import dev.holdfast.service.SourcesConfig;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.crypto.Identity;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds out whether a restore can be done, before anything is touched. */
@ApplicationScoped
public class RestorePreparation {

  private final Vaults vaults;
  private final SourcesConfig sources;
  private final InstantSource clock;

  RestorePreparation(Vaults vaults, SourcesConfig sources, InstantSource clock) {
    this.vaults = vaults;
    this.sources = sources;
    this.clock = clock;
  }

  /** Everything that a restore reads from. */
  record Prepared(VaultReader vault, Identity identity, Reachable plan) {}

  /**
   * Checks plan and target as the restore itself will.
   *
   * @throws RestoreRefusedException about what was asked
   * @throws dev.holdfast.postgres.PostgresException about the target
   * @throws dev.holdfast.vault.VaultException about the vault or the key
   */
  public Reachable check(
      SourceId source,
      Target target,
      Optional<RegionId> region,
      String into,
      Credentials credentials) {
    Reachable plan = prepare(source, target, region).plan();
    new RestoreEngine(clock).check(new TargetDatabase(DatabaseUrl.parse(into), credentials));
    return plan;
  }

  /**
   * Looks in the vault where a transaction committed.
   *
   * @throws RestoreRefusedException when it is not there
   */
  public Target find(SourceId source, TransactionTarget transaction, Optional<RegionId> region) {
    region.ifPresent(this::requireKnown);
    try (Identity identity = vaults.identity()) {
      VaultReader vault = vaults.open(region, identity);
      return transaction
          .in(new ChangeSearch(vault, identity, source))
          .map(at -> new Target(Optional.empty(), Optional.of(at.lsn())))
          .orElseThrow(
              () ->
                  new RestoreRefusedException(
                      Reason.UNKNOWN_TRANSACTION,
                      transaction.included() ? "toXid" : "beforeXid",
                      "no transaction " + transaction.xid() + " is in the vault",
                      "'holdfast changes' lists those that are; one that changed no protected row"
                          + " is not captured"));
    }
  }

  Prepared prepare(SourceId source, Target target, Optional<RegionId> region) {
    region.ifPresent(this::requireKnown);
    boolean configured = sources.sources().containsKey(source);
    Identity identity = vaults.identity();
    VaultReader vault = vaults.open(region, identity);
    SourceChain chain = SourceChain.in(vault, source);
    List<ChainLink> outline = chain.outline();
    if (outline.isEmpty() && !configured) {
      throw unknown(source, vault);
    }
    return new Prepared(
        vault,
        identity,
        reachable(
            OutlinePlanner.plan(chain, source, outline, target(target), clock.instant()), target));
  }

  private void requireKnown(RegionId region) {
    if (!vaults.regions().contains(region)) {
      throw new RestoreRefusedException(
          Reason.UNKNOWN_REGION,
          "region",
          "there is no region '" + region + "' here",
          "use one of "
              + vaults.regions().stream().map(RegionId::value).collect(Collectors.joining(", "))
              + ", or none");
    }
  }

  private RestoreRefusedException unknown(SourceId source, VaultReader vault) {
    TreeSet<SourceId> known = new TreeSet<>(sources.sources().keySet());
    known.addAll(vault.sources());
    return new RestoreRefusedException(
        Reason.UNKNOWN_SOURCE,
        "source",
        "there is no source '" + source + "'",
        "use one of " + known.stream().map(SourceId::value).collect(Collectors.joining(", ")));
  }

  private static RestoreTarget target(Target target) {
    return target
        .toTime()
        .<RestoreTarget>map(RestoreTarget.AtTime::new)
        .or(() -> target.toLsn().map(RestoreTarget.AtLsn::new))
        .orElseGet(RestoreTarget.Latest::new);
  }

  private static Reachable reachable(RestorePlan plan, Target target) {
    String field =
        target.toTime().isPresent() ? "toTime" : target.toLsn().isPresent() ? "toLsn" : "source";
    return switch (plan) {
      case Reachable reachable -> reachable;
      case RestorePlan.Gap gap ->
          throw new RestoreRefusedException(
              Reason.TARGET_IN_HOLE, field, gap.describe(), "choose a moment outside of it");
      case RestorePlan.NoBase none ->
          none.earliest().isEmpty()
              ? refuse(Reason.NO_RECOVERY_POINT, field, none, "wait for the first base snapshot")
              : refuse(
                  Reason.BEFORE_FIRST_RECOVERY_POINT,
                  field,
                  none,
                  "choose that moment or a later one");
      case RestorePlan.Future future ->
          throw new RestoreRefusedException(
              Reason.TARGET_IN_FUTURE,
              field,
              future.describe(),
              "take the newest there is: --latest, over HTTP no " + field);
    };
  }

  private static Reachable refuse(Reason reason, String field, RestorePlan plan, String fix) {
    throw new RestoreRefusedException(reason, field, plan.describe(), fix);
  }
}
