/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static dev.holdfast.postgres.restore.ChainBuilder.at;
import static dev.holdfast.postgres.restore.ChainBuilder.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.testkit.Seeded;
import dev.holdfast.vault.HoldScope;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A plan made from an outline is the plan that the whole chain yields, read sparingly. */
@ExtendWith(Seeded.class)
class OutlinePlannerTest {

  private static final SourceId MAIN = new SourceId("main");
  private static final Instant NOW = at(1_000_000);

  /** Counts what is read in full. */
  private static final class KnownChain implements SourceChain {
    private final List<Manifest> all;
    private final List<Long> read = new ArrayList<>();

    KnownChain(List<Manifest> all) {
      this.all = all;
    }

    @Override
    public List<ChainLink> outline() {
      return ChainLink.fold(all.stream().map(ChainLink::of).toList());
    }

    @Override
    public List<Manifest> manifests(long first, long last) {
      for (long number = first; number <= last; number++) {
        read.add(number);
      }
      return all.subList((int) first - 1, (int) last);
    }

    RestorePlan plan(RestoreTarget target) {
      return OutlinePlanner.plan(this, MAIN, outline(), target, NOW);
    }
  }

  @RepeatedTest(200)
  void thePlanIsThatOfTheWholeChain(Random random) {
    List<Manifest> all = randomChain(random);
    for (RestoreTarget target : targets(random)) {
      assertThat(new KnownChain(all).plan(target))
          .as("%s on %s", target, all)
          .isEqualTo(RestorePlanner.plan(all, target, NOW));
    }
  }

  /** What a legal hold takes down are numbers: they have to lead to what the plan reads. */
  @RepeatedTest(50)
  void aHoldNamesTheManifestsOfWhatARestoreReadsAndNoOthers(Random random) {
    List<Manifest> all = randomChain(random);
    KnownChain chain = new KnownChain(all);
    for (RestoreTarget target : targets(random)) {
      if (chain.plan(target) instanceof RestorePlan.Reachable plan) {
        HoldScope scope = HoldPlanner.scope(chain, chain.outline(), plan);

        Set<ObjectKey> read = plan.objects().map(ObjectRef::key).collect(Collectors.toSet());
        Set<ObjectKey> held = new HashSet<>();
        for (HoldScope.Stretch stretch : scope.named()) {
          all.subList((int) stretch.first() - 1, (int) stretch.last())
              .forEach(it -> VaultLayout.objectsOf(it).forEach(object -> held.add(object.key())));
        }
        assertThat(held).as("%s on %s", target, all).isEqualTo(read);
        assertThat(scope.through()).isEqualTo(all.size());
        assertThat(scope.position()).isEqualTo(plan.end().position());
      }
    }
  }

  @Test
  void onlyWhatLiesBetweenBaseAndTargetIsReadInFull() {
    ChainBuilder builder = new ChainBuilder().epoch(1, 100).base("old", 100, 1);
    for (int i = 1; i <= 2000; i++) {
      builder.segment(100L * i, 100L * i + 100, i + 1, commit(100L * i + 50, i));
    }
    builder.base("new", 190_050, 1901);
    KnownChain chain = new KnownChain(builder.chain());
    RestorePlan plan = chain.plan(new RestoreTarget.AtLsn(new Lsn(195_000)));
    assertThat(plan).isInstanceOf(RestorePlan.Reachable.class);
    assertThat(((RestorePlan.Reachable) plan).base().base()).isEqualTo("new");
    // The folded run that holds the base, and no other.
    assertThat(chain.read).hasSizeLessThanOrEqualTo(ChainLink.MOST_SEGMENTS + 1);
  }

  private static List<RestoreTarget> targets(Random random) {
    List<RestoreTarget> targets = new ArrayList<>(List.of(new RestoreTarget.Latest()));
    for (int i = 0; i < 20; i++) {
      targets.add(new RestoreTarget.AtLsn(new Lsn(random.nextInt(6000))));
      targets.add(new RestoreTarget.AtTime(at(random.nextInt(800))));
    }
    return targets;
  }

  /**
   * Segments, with and without commits, bases anywhere, holes, promotions, new slots, clusters;
   * definitions that change, and are recorded later or never; tables that are lost and based again.
   */
  private static List<Manifest> randomChain(Random random) {
    ChainBuilder chain = new ChainBuilder();
    long lsn = 100;
    int second = 1;
    int epoch = 1;
    int bases = 0;
    long changed = 0;
    chain.epoch(epoch, lsn);
    for (int i = 0; i < 60; i++) {
      int dice = random.nextInt(50);
      if (dice < 30 || i == 0) {
        long through = lsn + random.nextInt(100);
        List<ChainBuilder.Commit> commits = new ArrayList<>();
        for (long end = lsn + 1 + random.nextInt(30);
            end <= through;
            end += 1 + random.nextInt(40)) {
          commits.add(commit(end, Math.max(0, second + random.nextInt(7) - 3)));
          second += random.nextInt(4);
        }
        second += random.nextInt(3);
        long from = random.nextInt(25) == 0 ? lsn + random.nextInt(5) - 2 : lsn;
        if (from <= through) {
          chain.segment(
              Math.max(0, from), through, second, commits.toArray(ChainBuilder.Commit[]::new));
          lsn = Math.max(lsn, through);
        }
      } else if (dice < 35) {
        chain.base("base-" + ++bases, Math.max(100, lsn - random.nextInt(120)), second);
      } else if (dice < 37) {
        chain.hole(Math.max(100, lsn - random.nextInt(150)), "a hole");
      } else if (dice < 38) {
        chain.promoted(Math.max(100, lsn - random.nextInt(100)), 1);
        lsn = Math.max(100, lsn - random.nextInt(20));
      } else if (dice < 39) {
        chain.epoch(++epoch, lsn + random.nextInt(3) * 10);
        lsn += 10;
      } else if (dice < 43) {
        // The commit that changes definitions is alone in its segment.
        changed = lsn + 1 + random.nextInt(10);
        chain.schema(changed, false);
        chain.segment(lsn, changed, second, commit(changed, second));
        lsn = changed;
      } else if (dice < 44) {
        if (changed > 0) {
          chain.schema(changed, true);
        }
      } else if (dice < 46) {
        if (changed > 0) {
          chain.lost(changed, random.nextInt(3)).schema(changed, true);
        }
      } else if (dice < 49) {
        chain.tableBase(
            "tables-" + ++bases,
            Math.max(100, lsn - random.nextInt(60) + random.nextInt(20)),
            Math.max(0, second + random.nextInt(9) - 4),
            random.nextInt(3),
            random.nextInt(3));
      } else {
        chain.cluster("74000000000000000" + random.nextInt(3)).epoch(++epoch, 100);
        lsn = 100;
        changed = 0;
      }
    }
    return chain.chain();
  }
}
