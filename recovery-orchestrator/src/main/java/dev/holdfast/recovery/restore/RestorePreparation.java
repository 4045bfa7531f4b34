/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

import dev.holdfast.events.RecoveryCommand.Target;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.restore.BesideTarget;
import dev.holdfast.postgres.restore.OutlinePlanner;
import dev.holdfast.postgres.restore.PlanSummary;
import dev.holdfast.postgres.restore.RestoreEngine;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestorePlan.Reachable;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.Selection;
import dev.holdfast.postgres.restore.SourceChain;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.postgres.search.ChangeSearch;
import dev.holdfast.postgres.search.TransactionTarget;
import dev.holdfast.recovery.restore.RestoreRefusedException.Reason;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.recovery.run.RestoreOrder;
import dev.holdfast.service.SourcesConfig;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.RestorePoints;
import dev.holdfast.vault.crypto.Identity;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
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

  /** Everything that a restore reads from; the key is wiped when it is closed. */
  record Prepared(VaultReader vault, Identity identity, Reachable plan) implements AutoCloseable {
    @Override
    public void close() {
      identity.close();
    }
  }

  /**
   * Checks plan and target as the restore itself will.
   *
   * @throws RestoreRefusedException about what was asked
   * @throws dev.holdfast.postgres.PostgresException about the target
   * @throws dev.holdfast.vault.VaultException about the vault or the key
   */
  public Reachable check(SourceId source, RestoreOrder order, Credentials credentials) {
    try (Prepared prepared = prepare(source, order, Facts.NONE)) {
      requireTarget(
          prepared, order, new TargetDatabase(DatabaseUrl.parse(order.into()), credentials));
      return prepared.plan();
    }
  }

  /** What a restore by that plan would do, as its tables say. */
  public PlanSummary summary(RestoreOrder order, Reachable plan) {
    try (Identity identity = vaults.identity()) {
      return PlanSummary.of(
          plan,
          new RestoreEngine(clock)
              .preview(
                  vaults.open(order.region(), identity),
                  identity,
                  plan,
                  new Selection(order.scope().only())));
    }
  }

  /**
   * Searches what the vault has of a source.
   *
   * @throws RestoreRefusedException when there is no such source
   * @throws dev.holdfast.vault.VaultException about the vault or the key
   */
  public void search(SourceId source, ChangeSearch.Query query, ChangeSearch.Listener listener) {
    try (Identity identity = vaults.identity()) {
      VaultReader vault = vaults.open(Optional.empty(), identity);
      if (vault.head(source) == 0) {
        requireKnown(source, vault);
      }
      new ChangeSearch(vault, identity, source).run(query, listener);
    }
  }

  /**
   * Rows of live tables are replaced only where somebody named their database.
   *
   * @throws RestoreRefusedException when nobody did
   */
  public void requireConfirmed(RestoreOrder order) {
    String database = DatabaseUrl.parse(order.into()).database();
    if (order.scope().inPlace() && order.scope().confirm().filter(database::equals).isEmpty()) {
      throw new RestoreRefusedException(
          Reason.NOT_CONFIRMED,
          "confirm",
          "this replaces all rows of "
              + String.join(", ", order.scope().only())
              + " in database "
              + database
              + ", and "
              + order
                  .scope()
                  .confirm()
                  .map(it -> "confirm '" + it + "' is not its name")
                  .orElse("confirm does not name it"),
          "give confirm: '" + database + "', if that is what you want");
    }
  }

  /** Checks, changing nothing, that the order's target can be restored into. */
  void requireTarget(Prepared prepared, RestoreOrder order, TargetDatabase target) {
    RestoreEngine engine = new RestoreEngine(clock);
    Selection selection = new Selection(order.scope().only());
    Optional<BesideTarget> beside = beside(order, target, Optional.empty());
    if (beside.isPresent()) {
      engine.checkBeside(
          prepared.vault(), prepared.identity(), prepared.plan(), beside.get(), selection);
    } else {
      engine.check(target);
      engine.checkSelection(prepared.vault(), prepared.identity(), prepared.plan(), selection);
    }
  }

  /**
   * Where the order's rows go beside live tables.
   *
   * @param owner the run, when it is one
   */
  static Optional<BesideTarget> beside(
      RestoreOrder order, TargetDatabase target, Optional<RunId> owner) {
    return order
        .scope()
        .beside()
        .map(
            schema ->
                new BesideTarget(target, schema, order.scope().inPlace(), owner.map(RunId::value)));
  }

  /** As below, the moment that was asked for being what it is. */
  Prepared prepare(SourceId source, RestoreOrder order, Facts known) {
    return prepare(source, order, known, UnaryOperator.identity());
  }

  /**
   * @param known where the order's transactions are in the log, when that is known; else they are
   *     looked for
   * @param means what the moment that was asked for means by now
   */
  Prepared prepare(
      SourceId source, RestoreOrder order, Facts known, UnaryOperator<RestoreTarget> means) {
    order.region().ifPresent(this::requireKnown);
    Identity identity = vaults.identity();
    try {
      VaultReader vault = vaults.open(order.region(), identity);
      return new Prepared(vault, identity, plan(vault, identity, source, order, known, means));
    } catch (RuntimeException e) {
      identity.close();
      throw e;
    }
  }

  private Reachable plan(
      VaultReader vault,
      Identity identity,
      SourceId source,
      RestoreOrder order,
      Facts known,
      UnaryOperator<RestoreTarget> means) {
    SourceChain chain = SourceChain.in(vault, source);
    List<ChainLink> outline = chain.outline();
    if (outline.isEmpty()) {
      requireKnown(source, vault);
    }
    ChangeSearch search = new ChangeSearch(vault, identity, source);
    RestoreTarget moment =
        order
            .toPoint()
            .<RestoreTarget>map(name -> point(source, name, outline))
            .or(() -> order.transaction().map(it -> bound(it, known, search)))
            .orElseGet(() -> target(order.target()));
    RestoreTarget target =
        order
            .exceptXid()
            .<RestoreTarget>map(
                xid ->
                    new RestoreTarget.Without(
                        moment,
                        new RestoreTarget.LeftOut(
                            xid, known.lsn(Fact.EXCEPT_RECORD).orElseGet(() -> find(search, xid)))))
            .orElse(moment);
    return reachable(
        OutlinePlanner.plan(chain, source, outline, means.apply(target), clock.instant()), order);
  }

  private static RestoreTarget point(SourceId source, PointName name, List<ChainLink> outline) {
    RestorePoints points = RestorePoints.in(outline);
    return points
        .find(name)
        .map(point -> new RestoreTarget.AtPoint(point.name(), point.position()))
        .orElseThrow(
            () ->
                new RestoreRefusedException(
                    Reason.UNKNOWN_RESTORE_POINT,
                    "toPoint",
                    "source '" + source + "' has no restore point '" + name + "'",
                    points.newest()));
  }

  private static RestoreTarget bound(
      TransactionTarget transaction, Facts known, ChangeSearch search) {
    return known
        .lsn(Fact.TRANSACTION_LSN)
        .map(RestoreTarget.AtLsn::new)
        .or(() -> transaction.in(search))
        .orElseThrow(() -> notCaptured(field(transaction), transaction.xid()));
  }

  private static String field(TransactionTarget transaction) {
    return transaction.included() ? "toXid" : "beforeXid";
  }

  private static Lsn find(ChangeSearch search, long xid) {
    return search
        .find(xid)
        .map(ChangeSearch.Committed::record)
        .orElseThrow(() -> notCaptured("exceptXid", xid));
  }

  private static RestoreRefusedException notCaptured(String field, long xid) {
    return new RestoreRefusedException(
        Reason.UNKNOWN_TRANSACTION,
        field,
        "no transaction " + xid + " is in the vault",
        "'holdfast changes' lists those that are; one that changed no protected row is not"
            + " captured");
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

  /** One without a chain may be configured, and have no recovery point yet. */
  private void requireKnown(SourceId source, VaultReader vault) {
    TreeSet<SourceId> known = new TreeSet<>(sources.sources().keySet());
    if (known.contains(source)) {
      return;
    }
    known.addAll(vault.sources());
    throw new RestoreRefusedException(
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

  /** The field that names the order's moment. */
  private static String field(RestoreOrder order) {
    Target target = order.target();
    return order
        .toPoint()
        .map(point -> "toPoint")
        .or(() -> order.transaction().map(RestorePreparation::field))
        .or(() -> target.toTime().map(time -> "toTime"))
        .or(() -> target.toLsn().map(lsn -> "toLsn"))
        .orElse("source");
  }

  private static Reachable reachable(RestorePlan plan, RestoreOrder order) {
    String field = field(order);
    return switch (plan) {
      case Reachable reachable -> reachable;
      case RestorePlan.Gap gap ->
          throw new RestoreRefusedException(
              Reason.TARGET_IN_HOLE, field, gap.describe(), "choose a moment outside of it");
      case RestorePlan.Orphaned orphaned ->
          throw new RestoreRefusedException(
              Reason.TARGET_ORPHANED,
              field,
              orphaned.describe(),
              "choose a moment of the history that went on");
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
