/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.restore.RestorePlan.Reachable;
import dev.holdfast.postgres.restore.RestorePlan.SchemaVersion;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.EpochOpened;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.RestorePoint;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import dev.holdfast.vault.chain.ChainEntry.TimelineSwitched;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Computes restore plans from a chain's outline, and reads manifests in full only where the plan
 * needs them: between the base and the target. The plan is the one that the whole chain yields.
 */
public final class OutlinePlanner {

  private final SourceChain chain;
  private final SourceId source;
  private final List<ChainLink> links;
  private final Predicate<BaseSealed> usable;

  private static final ObjectRef SOME_BODY =
      new ObjectRef(new ObjectKey("body"), ObjectKind.SEGMENT, 0, "0".repeat(64), "key");

  /** Index of the link that a segment in a plan stands for. */
  private final Map<SegmentSealed, Integer> folded = new IdentityHashMap<>();

  /** Links whose manifests are read in full. */
  private final BitSet whole = new BitSet();

  private OutlinePlanner(
      SourceChain chain, SourceId source, List<ChainLink> links, Predicate<BaseSealed> usable) {
    this.chain = chain;
    this.source = source;
    this.links = links;
    this.usable = usable;
  }

  /**
   * @param outline of {@code chain}
   * @param now a time target after it is in the future
   */
  public static RestorePlan plan(
      SourceChain chain,
      SourceId source,
      List<ChainLink> outline,
      RestoreTarget target,
      Instant now) {
    return plan(chain, source, outline, target, now, _ -> true);
  }

  /**
   * As above, from some of the bases only.
   *
   * @param usable which bases a plan may begin with
   */
  static RestorePlan plan(
      SourceChain chain,
      SourceId source,
      List<ChainLink> outline,
      RestoreTarget target,
      Instant now,
      Predicate<BaseSealed> usable) {
    return new OutlinePlanner(chain, source, outline, usable).plan(target, now);
  }

  private RestorePlan plan(RestoreTarget target, Instant now) {
    wholeWhereCut();
    while (true) {
      RestorePlanner.Draft draft = RestorePlanner.draft(manifests(), target, now);
      RestorePlan plan = draft.plan();
      int before = whole.cardinality();
      switch (plan) {
        case Reachable reachable -> wholeFor(reachable);
        case RestorePlan.Gap gap -> gap.before().ifPresent(point -> wholeAt(links.size(), point));
        case RestorePlan.Orphaned orphaned -> wholeAt(links.size(), orphaned.before());
        case RestorePlan.Future future -> wholeAt(links.size(), future.newest());
        case RestorePlan.NoBase none -> {}
      }
      draft.gap().flatMap(RestorePlan.Gap::before).ifPresent(point -> wholeAt(links.size(), point));
      if (whole.cardinality() == before) {
        return draft.settled() instanceof Reachable exact ? withObjects(exact) : draft.settled();
      }
    }
  }

  /**
   * A hole or a fork that cuts folded segments cuts one of them, and so does what was covered
   * before they begin: which, only they tell.
   */
  private void wholeWhereCut() {
    Lsn covered = Lsn.NONE;
    for (int i = 0; i < links.size(); i++) {
      switch (links.get(i).entry()) {
        case HoleRecorded hole -> wholeAt(i, hole.after().lsn());
        case TimelineSwitched switched -> wholeAt(i, switched.fork());
        case SegmentSealed segment -> {
          if (segment.from().isBefore(covered)) {
            whole.set(i);
          }
          covered = segment.through();
        }
        case EpochOpened opened -> {}
        case BaseSealed base -> {}
        case SchemaRecorded schema -> {}
        case TablesLost lost -> {}
        case RestorePoint point -> {}
        case TableBaseSealed base -> {}
      }
    }
  }

  /** On any timeline: a hole is found late, and its place may have been left by a promotion. */
  private void wholeAt(int before, Lsn cut) {
    for (int i = 0; i < before; i++) {
      if (links.get(i).entry() instanceof SegmentSealed segment
          && !segment.from().isAfter(cut)
          && !segment.through().isBefore(cut)) {
        whole.set(i);
      }
    }
  }

  /** What the plan reads, and where it begins and ends: what is folded there is not exact. */
  private void wholeFor(Reachable plan) {
    for (RestorePlan.Part part : plan.parts()) {
      Integer link = folded.get(part.segment());
      if (link != null) {
        whole.set(link);
      }
    }
    wholeAt(links.size(), plan.base().position().lsn());
    wholeAt(links.size(), plan.end());
  }

  private void wholeAt(int before, RecoveryPoint point) {
    wholeAt(before, point.position().lsn());
  }

  /** The chain, in full where that is wanted. */
  private List<Manifest> manifests() {
    List<Manifest> manifests = new ArrayList<>();
    int i = 0;
    while (i < links.size()) {
      if (!whole.get(i)) {
        manifests.add(standIn(i));
        i++;
        continue;
      }
      int end = Math.min(whole.nextClearBit(i), links.size());
      manifests.addAll(chain.manifests(links.get(i).first(), links.get(end - 1).last()));
      i = end;
    }
    manifests.removeIf(
        manifest -> manifest.entry() instanceof BaseSealed base && !usable.test(base));
    return manifests;
  }

  /** Folded segments as one that seems to hold a body: a plan then says whether it needs them. */
  private Manifest standIn(int link) {
    Manifest manifest = links.get(link).asManifest(source);
    if (!(manifest.entry() instanceof SegmentSealed s)) {
      return manifest;
    }
    SegmentSealed seemingly =
        new SegmentSealed(
            s.epoch(),
            s.timeline(),
            s.from(),
            s.through(),
            s.firstCommit(),
            s.lastCommit(),
            s.earliestTime(),
            s.latestTime(),
            s.coveredAt(),
            s.transactions(),
            s.changes(),
            List.of(SOME_BODY));
    folded.put(seemingly, link);
    return new Manifest(
        manifest.format(),
        source,
        manifest.number(),
        manifest.previous(),
        manifest.writer(),
        manifest.at(),
        seemingly);
  }

  /** An outline's bases name their index only, and so do recorded definitions. */
  private Reachable withObjects(Reachable plan) {
    if (!(entry(plan.baseManifest()) instanceof BaseSealed base)) {
      throw new IllegalStateException("manifest " + plan.baseManifest() + " seals no base");
    }
    return plan.with(
        base,
        plan.schemas().stream().map(this::withObjects).toList(),
        plan.tableBases().stream().map(this::withObjects).toList());
  }

  private RestorePlan.TableBase withObjects(RestorePlan.TableBase tables) {
    if (!(entry(tables.manifest()) instanceof TableBaseSealed base)) {
      throw new IllegalStateException("manifest " + tables.manifest() + " seals no table base");
    }
    return new RestorePlan.TableBase(base, tables.manifest(), tables.tables());
  }

  private SchemaVersion withObjects(SchemaVersion version) {
    if (!(entry(version.manifest()) instanceof SchemaRecorded schema)) {
      throw new IllegalStateException("manifest " + version.manifest() + " records no schema");
    }
    return new SchemaVersion(schema, version.manifest());
  }

  private ChainEntry entry(long manifest) {
    return chain.manifests(manifest, manifest).getFirst().entry();
  }
}
