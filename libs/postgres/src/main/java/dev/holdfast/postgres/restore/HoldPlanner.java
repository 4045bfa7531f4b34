/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.restore.RestorePlan.Reachable;
import dev.holdfast.vault.HoldScope;
import dev.holdfast.vault.HoldScope.Stretch;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Says of a restore which manifests name what it reads: what a legal hold on its moment holds. */
public final class HoldPlanner {

  private final SourceChain chain;
  private final Reachable plan;
  private final Set<ObjectKey> wanted;
  private final List<Stretch> stretches = new ArrayList<>();

  private HoldPlanner(SourceChain chain, Reachable plan) {
    this.chain = chain;
    this.plan = plan;
    this.wanted = plan.objects().map(ObjectRef::key).collect(Collectors.toSet());
  }

  /**
   * What the plan needs.
   *
   * @param outline of {@code chain}, from which the plan was made
   */
  public static HoldScope scope(SourceChain chain, List<ChainLink> outline, Reachable plan) {
    HoldPlanner planner = new HoldPlanner(chain, plan);
    outline.stream().filter(planner::mayName).forEach(planner::look);
    return new HoldScope(
        plan.end().position(), outline.getLast().last(), List.copyOf(planner.stretches));
  }

  /** A segment before the base is in no plan; which of the others are, their objects tell. */
  private boolean mayName(ChainLink link) {
    return !(link.entry() instanceof SegmentSealed segment)
        || !segment.through().isBefore(plan.base().position().lsn());
  }

  private void look(ChainLink link) {
    for (Manifest manifest : chain.manifests(link.first(), link.last())) {
      List<ObjectRef> objects = VaultLayout.objectsOf(manifest);
      if (objects.stream().anyMatch(object -> wanted.contains(object.key()))) {
        add(manifest.number());
      } else if (objects.isEmpty()) {
        extend(manifest.number());
      }
    }
  }

  private void add(long manifest) {
    if (!extend(manifest)) {
      stretches.add(new Stretch(manifest, manifest));
    }
  }

  /** One that names nothing does not end a stretch. */
  private boolean extend(long manifest) {
    if (stretches.isEmpty() || stretches.getLast().last() != manifest - 1) {
      return false;
    }
    stretches.add(new Stretch(stretches.removeLast().first(), manifest));
    return true;
  }
}
