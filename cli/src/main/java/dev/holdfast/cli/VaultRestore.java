/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.restore.BesideTarget;
import dev.holdfast.postgres.restore.OutlinePlanner;
import dev.holdfast.postgres.restore.PlanSummary;
import dev.holdfast.postgres.restore.RestoreEngine;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestorePlan.Future;
import dev.holdfast.postgres.restore.RestorePlan.Gap;
import dev.holdfast.postgres.restore.RestorePlan.NoBase;
import dev.holdfast.postgres.restore.RestorePlan.Reachable;
import dev.holdfast.postgres.restore.RestorePreview;
import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.postgres.restore.RestoreReport;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.SourceChain;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.postgres.search.ChangeSearch;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.RestorePoints;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FallbackObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.VaultUrl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Restores with a vault and a private key, and nothing else alive: break-glass. */
final class VaultRestore {

  private final Console console;
  private final boolean json;
  private final boolean dryRun;
  private final RestoreScope scope;
  private final Consumer<RestoredView> show;

  /**
   * @param show is told what was restored
   */
  VaultRestore(
      Console console,
      boolean json,
      boolean dryRun,
      RestoreScope scope,
      Consumer<RestoredView> show) {
    this.console = console;
    this.json = json;
    this.dryRun = dryRun;
    this.scope = scope;
    this.show = show;
  }

  ExitCode run(
      List<String> vaultUrls,
      Identity identity,
      SourceId source,
      RestoreCommand.Moment moment,
      Optional<Long> except,
      TargetUrl into,
      int connections) {
    try (ObjectStore store = open(vaultUrls);
        VaultReader vault = VaultReader.open(store, identity.trustedSigners());
        Progress progress = new Progress(console)) {
      progress.show("reading the chain", 0, 0);
      SourceChain chain = SourceChain.in(vault, source);
      List<ChainLink> outline = outline(chain, vault, source, store);
      sayHowOld(outline.getLast(), progress);
      RestoreTarget wanted =
          target(moment, except, new ChangeSearch(vault, identity, source), outline);
      RestoreEngine engine = new RestoreEngine(console.clock());
      TargetDatabase database = new TargetDatabase(into.url(), into.credentials());
      Optional<BesideTarget> beside =
          scope
              .schema(console.clock().instant())
              .map(schema -> new BesideTarget(database, schema, scope.inPlace, Optional.empty()));
      RestoreTarget target = beside.isPresent() ? wanted : engine.goingOn(source, wanted, database);
      Reachable plan = plan(chain, source, outline, target);
      progress.say(plan.describe());
      plan.warning().ifPresent(warning -> progress.say("warning: " + warning));
      if (beside.isPresent()) {
        engine.checkBeside(vault, identity, plan, beside.get(), scope.selection());
      } else if (engine.isBegun(plan, database, scope.selection())) {
        progress.say("an attempt at this restore ended before its time: going on with it");
      } else {
        engine.check(database);
        engine.checkSelection(vault, identity, plan, scope.selection());
      }
      if (dryRun) {
        RestorePreview preview = engine.preview(vault, identity, plan, scope.selection());
        progress.close();
        PlanView.print(PlanSummary.of(plan, preview), into.url().toString(), console, json);
        return ExitCode.OK;
      }
      scope.confirmed(console, into);
      RestoreOptions options =
          RestoreOptions.defaults().withConnections(connections).only(scope.selection()).goingOn();
      RestoreProgress.Listener listener =
          at -> progress.show(name(at.phase()), at.bytesDone(), at.bytesTotal(), at.left());
      RestoreReport report =
          beside.isPresent()
              ? engine.restoreBeside(vault, identity, plan, beside.get(), options, listener)
              : engine.restore(vault, identity, plan, database, options, listener);
      progress.close();
      show.accept(RestoredView.of(Optional.empty(), into.url().toString(), report));
      return ExitCode.OK;
    }
  }

  private static RestoreTarget target(
      RestoreCommand.Moment moment,
      Optional<Long> except,
      ChangeSearch search,
      List<ChainLink> outline) {
    RestoreTarget target =
        moment
            .transaction()
            .<RestoreTarget>map(it -> it.in(search).orElseThrow(() -> notCaptured(it.xid())))
            .or(() -> moment.point().map(name -> point(name, outline)))
            .orElseGet(moment::target);
    if (except.isEmpty()) {
      return target;
    }
    long xid = except.get();
    ChangeSearch.Committed committed = search.find(xid).orElseThrow(() -> notCaptured(xid));
    return new RestoreTarget.Without(target, new RestoreTarget.LeftOut(xid, committed.record()));
  }

  private static RestoreTarget point(PointName name, List<ChainLink> outline) {
    RestorePoints points = RestorePoints.in(outline);
    return points
        .find(name)
        .map(point -> new RestoreTarget.AtPoint(point.name(), point.position()))
        .orElseThrow(
            () ->
                new CliException(
                    ExitCode.UNKNOWN,
                    "the source has no restore point '" + name + "'",
                    points.newest()));
  }

  private static CliException notCaptured(long xid) {
    return new CliException(
        ExitCode.UNKNOWN,
        "no transaction " + xid + " is in the vault",
        "'holdfast changes' lists those that are; one that changed no protected row is not"
            + " captured");
  }

  /** Ends with SHREDDED when a certificate of a trusted signer says so. */
  static void refuseWhenShredded(
      List<String> vaultUrls, Set<SigningKey.Public> trusted, SourceId source) {
    try (ObjectStore store = open(vaultUrls);
        VaultReader vault = VaultReader.open(store, trusted)) {
      vault
          .shredded(source)
          .ifPresent(
              certificate -> {
                throw certificate.refusal();
              });
    }
  }

  private static ObjectStore open(List<String> urls) {
    List<ObjectStore> stores = new ArrayList<>();
    for (String url : urls) {
      try {
        stores.add(ObjectStores.open(VaultUrl.parse(url), Optional.empty()));
      } catch (IllegalArgumentException e) {
        stores.forEach(ObjectStore::close);
        throw new CliException(
            ExitCode.USAGE,
            "--vault: " + e.getMessage(),
            "give s3://bucket[/prefix]?endpoint=...&region=...&path-style=true or file:/folder");
      }
    }
    return FallbackObjectStore.of(stores);
  }

  private static List<ChainLink> outline(
      SourceChain chain, VaultReader vault, SourceId source, ObjectStore store) {
    List<ChainLink> outline = chain.outline();
    if (!outline.isEmpty()) {
      return outline;
    }
    List<SourceId> sources = vault.sources();
    throw new CliException(
        ExitCode.UNKNOWN,
        "there is no source '" + source + "' in " + store.describe(),
        sources.isEmpty()
            ? "the vault holds no source at all; is it the right one?"
            : "it holds "
                + sources.stream().map(SourceId::value).collect(Collectors.joining(", "))
                + ": give one with --source");
  }

  /** A copy that lost its newest manifests looks like an older one: a person has to judge. */
  private void sayHowOld(ChainLink head, Progress progress) {
    Duration age = Duration.between(head.sealedAt(), console.clock().instant());
    progress.say(
        "newest manifest of this vault: "
            + head.last()
            + " of "
            + head.sealedAt()
            + ", "
            + Durations.text(age.isNegative() ? Duration.ZERO : age)
            + " old; nothing here proves that there was no newer one");
  }

  private Reachable plan(
      SourceChain chain, SourceId source, List<ChainLink> outline, RestoreTarget target) {
    Instant now = console.clock().instant();
    return switch (OutlinePlanner.plan(chain, source, outline, target, now)) {
      case Reachable reachable -> reachable;
      case Gap gap -> throw refused(ExitCode.NO_RECOVERY_POINT, gap, "choose a moment outside it");
      case RestorePlan.Orphaned orphaned ->
          throw refused(
              ExitCode.NO_RECOVERY_POINT, orphaned, "choose a moment of the history that went on");
      case NoBase none ->
          throw refused(
              ExitCode.NO_RECOVERY_POINT,
              none,
              none.earliest().isEmpty() ? "try another region" : "choose that or a later moment");
      case Future future ->
          throw refused(ExitCode.IN_FUTURE, future, "use --latest for the newest there is");
    };
  }

  private static CliException refused(ExitCode code, RestorePlan plan, String hint) {
    return new CliException(code, plan.describe(), hint);
  }

  static String name(RestoreProgress.Phase phase) {
    return switch (phase) {
      case CHANGES -> "reading changes";
      case SCHEMA -> "creating tables";
      case ROWS -> "loading rows";
      case INDEXES -> "building indexes";
      case VERIFY -> "verifying";
      case DONE -> "done";
    };
  }
}
