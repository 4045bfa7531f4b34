/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static dev.holdfast.postgres.restore.ChainBuilder.at;
import static dev.holdfast.postgres.restore.ChainBuilder.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.restore.RestorePlan.Future;
import dev.holdfast.postgres.restore.RestorePlan.Gap;
import dev.holdfast.postgres.restore.RestorePlan.NoBase;
import dev.holdfast.postgres.restore.RestorePlan.Reachable;
import dev.holdfast.postgres.restore.RestoreTarget.AtLsn;
import dev.holdfast.postgres.restore.RestoreTarget.AtPoint;
import dev.holdfast.postgres.restore.RestoreTarget.AtTime;
import dev.holdfast.postgres.restore.RestoreTarget.Latest;
import dev.holdfast.vault.chain.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What can be restored from which chain. A plan is written as {@code base:1 | 100-200 200-250}: the
 * base, then the pieces of segments that are read, as (after-limit].
 */
class RestorePlannerTest {

  private static final Instant NOW = at(10_000);

  /** One base, three segments, an hour of history. */
  private static ChainBuilder ordinary() {
    return new ChainBuilder()
        .epoch(1, 100)
        .base("one", 100, 10)
        .segment(100, 200, 20, commit(150, 15), commit(190, 18))
        .segment(200, 300, 30, commit(250, 25), commit(300, 28))
        .segment(300, 400, 40, commit(350, 35), commit(390, 38));
  }

  @Nested
  class Latest_ {
    @Test
    void readsTheNewestBaseAndEverySegmentAfterIt() {
      assertThat(latest(ordinary())).isEqualTo("one | 100-200 200-300 300-400");
      assertThat(latest(ordinary().base("two", 320, 32))).isEqualTo("two | 320-400");
    }

    @Test
    void needsNoSegmentBeforeTheFirstIsSealed() {
      assertThat(latest(new ChainBuilder().epoch(1, 100).base("one", 100, 10))).isEqualTo("one |");
    }

    @Test
    void countsFromTheNewestBaseThatTheStreamHasNotReachedYet() {
      ChainBuilder chain = ordinary().base("ahead", 450, 45);
      assertThat(latest(chain)).isEqualTo("ahead |");
      assertThat(latest(chain.segment(400, 500, 50, commit(500, 50)))).isEqualTo("ahead | 450-500");
    }

    @Test
    void knowsHowFarAnIdleSourceIsCoveredWithoutReadingAnything() {
      RestorePlan plan =
          plan(
              new ChainBuilder()
                  .epoch(1, 100)
                  .base("one", 100, 10)
                  .segment(100, 100, 300)
                  .segment(100, 120, 600),
              new Latest());
      assertThat(show(plan)).isEqualTo("one |");
      assertThat(((Reachable) plan).end().time()).isEqualTo(at(600));
      assertThat(((Reachable) plan).end().position().lsn()).isEqualTo(new Lsn(120));
    }

    @Test
    void saysThatAHoleFollowsWhileNoNewBaseEndsIt() {
      Reachable plan =
          (Reachable) plan(ordinary().hole(400, "slot lost").epoch(2, 900), new Latest());
      assertThat(show(plan)).isEqualTo("one | 100-200 200-300 300-400");
      assertThat(plan.openHole())
          .hasValueSatisfying(hole -> assertThat(hole.reason()).isEqualTo("slot lost"));
      assertThat(((Reachable) plan(ordinary(), new Latest())).openHole()).isEmpty();
    }

    @Test
    void cannotBeHadBeforeThereIsABase() {
      assertThat(latest(new ChainBuilder())).isEqualTo("no base");
      assertThat(latest(new ChainBuilder().epoch(1, 100).segment(100, 200, 20)))
          .isEqualTo("no base");
    }
  }

  @Nested
  class ChangedDefinitions {
    /** Changed at 210, alone in a segment. */
    private ChainBuilder changed() {
      return new ChainBuilder()
          .epoch(1, 100)
          .base("one", 100, 10)
          .segment(100, 200, 20, commit(150, 15))
          .schema(210, false)
          .segment(200, 210, 21, commit(210, 21))
          .segment(210, 300, 30, commit(250, 25));
    }

    private static List<Long> schemas(RestorePlan plan) {
      return ((Reachable) plan).schemas().stream().map(it -> it.lsn().value()).toList();
    }

    @Test
    void areThoseOfTheNewestRecordAtOrBeforeTheTarget() {
      ChainBuilder chain = changed().schema(210, true);
      assertThat(schemas(plan(chain, new AtLsn(new Lsn(209))))).isEmpty();
      assertThat(schemas(plan(chain, new AtLsn(new Lsn(210))))).containsExactly(210L);
      assertThat(schemas(plan(chain, new Latest()))).containsExactly(210L);
      assertThat(schemas(plan(chain, new AtTime(at(20))))).isEmpty();
      assertThat(schemas(plan(chain, new AtTime(at(21))))).containsExactly(210L);
      assertThat(((Reachable) plan(chain, new Latest())).objects())
          .as("what has to be there for it")
          .hasSize(2 + 2 + 3);
    }

    @Test
    void refuseATargetWhileTheyAreNotRecorded() {
      assertThat(schemas(plan(changed(), new AtLsn(new Lsn(209))))).isEmpty();
      for (RestoreTarget target :
          List.of(new Latest(), new AtLsn(new Lsn(210)), new AtTime(at(22)))) {
        RestorePlan plan = plan(changed(), target);
        assertThat(plan).isInstanceOf(RestorePlan.Gap.class);
        RestorePlan.Gap gap = (RestorePlan.Gap) plan;
        assertThat(gap.hole().reason()).contains("definitions were changed at 0/D2");
        assertThat(gap.before().orElseThrow().position().lsn()).isEqualTo(new Lsn(200));
        assertThat(gap.after()).isEmpty();
      }
    }

    @Test
    void refuseOnlyTargetsBeforeTheNextRecordWhenTheyChangedAgainTooSoon() {
      ChainBuilder chain =
          changed()
              .schema(310, false)
              .segment(300, 310, 31, commit(310, 31))
              .schema(310, true)
              .segment(310, 400, 40, commit(350, 35));
      RestorePlan between = plan(chain, new AtLsn(new Lsn(250)));
      assertThat(between).isInstanceOf(RestorePlan.Gap.class);
      assertThat(((RestorePlan.Gap) between).after().orElseThrow().position().lsn())
          .isEqualTo(new Lsn(310));
      assertThat(schemas(plan(chain, new Latest()))).containsExactly(310L);
      assertThat(schemas(plan(chain, new AtLsn(new Lsn(310))))).containsExactly(310L);
    }

    @Test
    void countFromTheBaseThatHoldsThem() {
      ChainBuilder chain = changed().base("two", 260, 26);
      assertThat(plan(chain, new AtLsn(new Lsn(255)))).isInstanceOf(RestorePlan.Gap.class);
      assertThat(schemas(plan(chain, new Latest()))).isEmpty();
    }

    @Test
    void areNothingBeyondAFork() {
      ChainBuilder chain = changed().promoted(205, 1).segment(205, 400, 40, commit(350, 35));
      assertThat(schemas(plan(chain, new Latest()))).isEmpty();
    }
  }

  @Nested
  class AnLsn {
    @Test
    void stopsInsideASegmentAndReadsNoLaterOne() {
      assertThat(lsn(ordinary(), 260)).isEqualTo("one | 100-200 200-260");
      assertThat(lsn(ordinary(), 300)).isEqualTo("one | 100-200 200-300");
    }

    @Test
    void usesTheNewestBaseAtOrBeforeIt() {
      ChainBuilder chain = ordinary().base("two", 250, 26);
      assertThat(lsn(chain, 249)).isEqualTo("one | 100-200 200-249");
      assertThat(lsn(chain, 250)).isEqualTo("two |");
      assertThat(lsn(chain, 251)).isEqualTo("two | 250-251");
    }

    @Test
    void beforeTheFirstBaseIsRefused() {
      assertThat(lsn(ordinary(), 99)).isEqualTo("before the first: 0/64 at +10s");
    }

    @Test
    void beyondTheNewestSegmentIsInTheFuture() {
      assertThat(lsn(ordinary(), 400)).isEqualTo("one | 100-200 200-300 300-400");
      assertThat(lsn(ordinary(), 401)).isEqualTo("later than 0/190 at +40s");
    }

    @Test
    void thatNeitherTheStreamNorABaseHoldsYetLiesBetweenThem() {
      assertThat(lsn(ordinary().base("ahead", 450, 45), 420))
          .isEqualTo(
              "hole after 0/190 (the stream has not reached the next base yet): 0/190 at +40s,"
                  + " 0/1C2 at +45s");
    }
  }

  @Nested
  class APoint {
    @Test
    void isAnLsnOnItsOwnTimeline() {
      assertThat(point(ordinary(), 1, 260)).isEqualTo("one | 100-200 200-260");
      assertThat(point(ordinary().base("two", 250, 26), 1, 251)).isEqualTo("two | 250-251");
      assertThat(plan(ordinary(), target(1, 260)).describe()).contains("to restore point 'p'");
    }

    @Test
    void atOrBeforeAForkIsOnTheHistoryThatWentOn() {
      ChainBuilder chain = ordinary().promoted(350, 1).segment(350, 500, 50, commit(450, 45));
      assertThat(point(chain, 1, 340)).isEqualTo("one | 100-200 200-300 300-340");
      assertThat(point(chain, 1, 350)).isEqualTo("one | 100-200 200-300 300-350");
      assertThat(point(chain, 2, 460)).isEqualTo("one | 100-200 200-300 300-350 350-460");
    }

    @Test
    void beyondAForkIsOrphanedThoughTheNewTimelineHasThatLsn() {
      ChainBuilder chain = ordinary().promoted(350, 1).segment(350, 500, 50, commit(450, 45));
      assertThat(lsn(chain, 380)).isEqualTo("one | 100-200 200-300 300-350 350-380");
      assertThat(point(chain, 1, 380))
          .isEqualTo("orphaned beyond 0/15E of 1: 0/15E at +40s, 0/1F4 at +50s");
      assertThat(point(ordinary().promoted(350, 1), 1, 380))
          .as("nothing went on yet")
          .doesNotStartWith("one");
    }

    @Test
    void inAHoleIsRefusedWithWhatIsReachableAround() {
      ChainBuilder chain =
          ordinary().hole(250, "found late").base("two", 500, 50).segment(500, 600, 60);
      assertThat(point(chain, 1, 240)).isEqualTo("one | 100-200 200-240");
      assertThat(point(chain, 1, 260)).startsWith("hole after 0/FA (found late)");
      assertThat(point(chain, 1, 260)).contains("0/1F4 at +50s");
    }

    @Test
    void beforeTheFirstBaseThatIsLeftIsRefused() {
      assertThat(point(ordinary(), 1, 90)).isEqualTo("before the first: 0/64 at +10s");
    }

    @Test
    void ofAnotherClusterIsNeverTakenForOneOfThis() {
      ChainBuilder chain =
          ordinary()
              .cluster("7412345678901234599")
              .epoch(2, 50)
              .base("new", 50, 50)
              .segment(50, 500, 60, commit(400, 55));
      assertThat(lsn(chain, 260)).isEqualTo("new | 50-260");
      assertThat(point(chain, 1, 260)).isEqualTo("one | 100-200 200-260");
      assertThat(point(chain, 1, 450)).doesNotStartWith("new");
    }

    @Test
    void withoutATransactionThatItHolds() {
      RestorePlan plan =
          plan(
              ordinary(),
              new RestoreTarget.Without(
                  target(1, 260), new RestoreTarget.LeftOut(7, new Lsn(210))));
      assertThat(show(plan)).isEqualTo("one | 100-200 200-260");
    }

    private static RestoreTarget target(int timeline, long lsn) {
      return new AtPoint(
          new PointName("p"), new Position(ChainBuilder.CLUSTER, timeline, new Lsn(lsn)));
    }

    private static String point(ChainBuilder chain, int timeline, long lsn) {
      return show(plan(chain, target(timeline, lsn)));
    }
  }

  @Nested
  class ATime {
    @Test
    void stopsInTheSegmentWithTheFirstLaterCommit() {
      assertThat(time(ordinary(), 26)).isEqualTo("one | 100-200 200-300");
      assertThat(time(ordinary(), 28)).isEqualTo("one | 100-200 200-300 300-400");
    }

    @Test
    void withoutAnyLaterCommitIsReachableAsFarAsTheStreamIsKnownToBeComplete() {
      assertThat(time(ordinary(), 40)).isEqualTo("one | 100-200 200-300 300-400");
      assertThat(time(ordinary(), 41)).isEqualTo("later than 0/190 at +40s");
    }

    @Test
    void isReachableBeyondThatWhenALaterCommitProvesIt() {
      // The source's clock is ahead of the worker's.
      assertThat(
              time(
                  new ChainBuilder()
                      .epoch(1, 100)
                      .base("one", 100, 10)
                      .segment(100, 200, 20, commit(150, 15), commit(190, 28)),
                  25))
          .isEqualTo("one | 100-200");
    }

    @Test
    void afterNowIsInTheFutureWhateverTheCommitsSay() {
      assertThat(show(RestorePlanner.plan(ordinary().chain(), new AtTime(at(26)), at(25))))
          .isEqualTo("later than 0/190 at +40s");
    }

    @Test
    void beforeTheFirstBaseIsRefused() {
      assertThat(time(ordinary(), 9)).isEqualTo("before the first: 0/64 at +10s");
      assertThat(time(ordinary(), 10)).isEqualTo("one | 100-200");
    }

    @Test
    void ofAnEarlierTimeUsesTheBaseBeforeIt() {
      ChainBuilder chain = ordinary().base("two", 300, 30);
      assertThat(time(chain, 29)).isEqualTo("one | 100-200 200-300 300-400");
      assertThat(time(chain, 30)).isEqualTo("two | 300-400");
    }

    @Test
    void stopsBeforeTheFirstLaterCommitEvenIfEarlierTimesFollowIt() {
      // 250 committed at 45 by its clock, 300 and all that follow committed earlier.
      ChainBuilder chain =
          new ChainBuilder()
              .epoch(1, 100)
              .base("one", 100, 10)
              .segment(100, 200, 20, commit(150, 15))
              .segment(200, 300, 30, commit(250, 45), commit(300, 28))
              .segment(300, 400, 40, commit(390, 38));
      assertThat(time(chain, 39)).isEqualTo("one | 100-200 200-300");
    }

    @Test
    void doesNotUseABaseThatHoldsALaterCommit() {
      ChainBuilder chain =
          new ChainBuilder()
              .epoch(1, 100)
              .base("one", 100, 10)
              .segment(100, 200, 20, commit(150, 15))
              .segment(200, 300, 30, commit(250, 45), commit(300, 28))
              .segment(300, 400, 40, commit(390, 38))
              .base("two", 350, 33);
      assertThat(time(chain, 39)).isEqualTo("one | 100-200 200-300");
      assertThat(time(chain, 45)).startsWith("later than");
      assertThat(time(chain.segment(400, 500, 50, commit(500, 49)), 46))
          .isEqualTo("two | 350-400 400-500");
    }

    @Test
    void usesABaseInsideASegmentWhenItsFirstCommitIsLaterAndAfterTheBase() {
      ChainBuilder chain = ordinary().base("two", 320, 32);
      assertThat(time(chain, 33)).isEqualTo("two | 320-400");
    }

    @Test
    void usesTheBaseBeforeWhenALaterCommitMayBeInsideTheNewerOne() {
      // Is the commit at 38 before or after the base at 370? The older base makes it irrelevant.
      ChainBuilder chain = ordinary().base("two", 370, 36);
      assertThat(time(chain, 37)).isEqualTo("one | 100-200 200-300 300-400");
    }

    @Test
    void leavesItToTheRestoreToCheckWhenThereIsNoBaseBefore() {
      ChainBuilder chain =
          new ChainBuilder()
              .epoch(1, 100)
              .segment(100, 200, 20, commit(110, 5), commit(190, 18))
              .base("one", 150, 12);
      assertThat(time(chain, 14)).isEqualTo("one | 150-200");
    }

    @Test
    void isRefusedWhenALaterCommitIsSurelyInTheFirstBase() {
      ChainBuilder chain =
          new ChainBuilder()
              .epoch(1, 100)
              .segment(100, 150, 12, commit(110, 5), commit(150, 18))
              .base("one", 150, 12)
              .segment(150, 200, 20, commit(190, 19));
      assertThat(time(chain, 14)).isEqualTo("before the first: 0/96 at +12s");
    }
  }

  @Nested
  class AHole {
    /** Slot lost after 400; a new one begins at 900. */
    private static ChainBuilder slotLost() {
      return ordinary()
          .hole(400, "slot lost")
          .epoch(2, 900)
          .segment(900, 950, 95, commit(940, 94))
          .base("two", 900, 90)
          .segment(950, 1000, 100, commit(990, 99));
    }

    @Test
    void refusesWhatLiesInItAndNamesBothSides() {
      String refusal = "hole after 0/190 (slot lost): 0/190 at +40s, 0/384 at +90s";
      assertThat(lsn(slotLost(), 401)).isEqualTo(refusal);
      assertThat(lsn(slotLost(), 899)).isEqualTo(refusal);
      assertThat(time(slotLost(), 41)).isEqualTo(refusal);
      assertThat(time(slotLost(), 89)).isEqualTo(refusal);
    }

    @Test
    void leavesBothSidesReachable() {
      assertThat(lsn(slotLost(), 400)).isEqualTo("one | 100-200 200-300 300-400");
      assertThat(time(slotLost(), 40)).isEqualTo("one | 100-200 200-300 300-400");
      assertThat(lsn(slotLost(), 900)).isEqualTo("two |");
      assertThat(time(slotLost(), 90)).isEqualTo("two | 900-950");
      assertThat(latest(slotLost())).isEqualTo("two | 900-950 950-1000");
    }

    @Test
    void withNoBaseAfterItHasNothingOnThatSide() {
      ChainBuilder chain =
          ordinary().hole(400, "slot lost").epoch(2, 900).segment(900, 950, 95, commit(940, 94));
      assertThat(lsn(chain, 920)).isEqualTo("hole after 0/190 (slot lost): 0/190 at +40s, nothing");
      assertThat(time(chain, 95)).isEqualTo("hole after 0/190 (slot lost): 0/190 at +40s, nothing");
    }

    @Test
    void isThereEvenIfNobodyRecordedIt() {
      ChainBuilder chain = ordinary().segment(500, 600, 60, commit(590, 59));
      assertThat(lsn(chain, 550))
          .isEqualTo(
              "hole after 0/190 (the next segment begins only at 0/1F4): 0/190 at +40s, nothing");
      assertThat(latest(chain)).isEqualTo("one | 100-200 200-300 300-400");
    }

    @Test
    void ofASchemaChangeIsEndedByTheNextBaseWhileTheStreamGoesOn() {
      ChainBuilder chain =
          ordinary()
              .hole(400, "schema changed")
              .segment(400, 500, 50, commit(450, 45), commit(490, 49))
              .segment(500, 600, 60, commit(590, 59));
      assertThat(latest(chain)).isEqualTo("one | 100-200 200-300 300-400");
      chain.base("two", 480, 48);
      assertThat(latest(chain)).isEqualTo("two | 480-500 500-600");
      assertThat(lsn(chain, 479)).startsWith("hole after 0/190 (schema changed)");
    }

    @Test
    void isNotEndedByABaseThatWasSealedBeforeItOrStandsBeforeIt() {
      ChainBuilder sealedBefore =
          ordinary()
              .base("early", 420, 42)
              .hole(400, "schema changed")
              .segment(400, 500, 50, commit(450, 45));
      assertThat(lsn(sealedBefore, 500)).startsWith("hole after 0/190 (schema changed)");
      assertThat(lsn(sealedBefore, 420)).isEqualTo("early |");

      ChainBuilder standsBefore =
          ordinary()
              .hole(400, "schema changed")
              .segment(400, 500, 50, commit(450, 45))
              .base("slow", 350, 36);
      assertThat(lsn(standsBefore, 500)).startsWith("hole after 0/190 (schema changed)");
      assertThat(lsn(standsBefore, 360)).isEqualTo("slow | 350-360");
    }

    @Test
    void foundLateTakesBackWhatWasSealedBeyondIt() {
      ChainBuilder chain = ordinary().hole(260, "schema changed");
      assertThat(latest(chain)).isEqualTo("one | 100-200 200-260");
      assertThat(lsn(chain, 300))
          .isEqualTo("hole after 0/104 (schema changed): 0/104 at +20s, nothing");
      assertThat(time(chain, 24)).isEqualTo("one | 100-200 200-260");
      assertThat(time(chain, 26)).startsWith("hole after 0/104");
      assertThat(latest(chain.base("two", 380, 38))).isEqualTo("two | 380-400");
    }
  }

  @Nested
  class APromotion {
    /** Promoted at 360: the old primary's commits at 380 and 390 are orphaned. */
    private static ChainBuilder promoted() {
      return new ChainBuilder()
          .epoch(1, 100)
          .base("one", 100, 10)
          .segment(100, 300, 30, commit(150, 15), commit(290, 28))
          .segment(300, 400, 40, commit(350, 35), commit(380, 37), commit(390, 38))
          .promoted(360, 2);
    }

    @Test
    void leavesNoHoleWhenTheStreamHadReachedTheFork() {
      assertThat(latest(promoted().segment(360, 500, 60, commit(490, 55))))
          .isEqualTo("one | 100-300 300-360 360-500");
      assertThat(latest(promoted())).isEqualTo("one | 100-300 300-360");
    }

    @Test
    void leavesNoHoleWhenTheNewSlotIsRecordedBesideIt() {
      assertThat(latest(promoted().epoch(2, 370).segment(360, 500, 60, commit(490, 55))))
          .isEqualTo("one | 100-300 300-360 360-500");
    }

    @Test
    void dropsSegmentsThatLieBeyondTheFork() {
      ChainBuilder chain =
          new ChainBuilder()
              .epoch(1, 100)
              .base("one", 100, 10)
              .segment(100, 200, 20, commit(150, 15))
              .segment(200, 300, 30, commit(250, 25))
              .segment(300, 400, 40, commit(350, 35))
              .promoted(200, 2)
              .segment(200, 320, 60, commit(310, 55));
      assertThat(latest(chain)).isEqualTo("one | 100-200 200-320");
      assertThat(lsn(chain, 300)).isEqualTo("one | 100-200 200-300");
      assertThat(time(chain, 39)).isEqualTo("one | 100-200 200-320");
    }

    @Test
    void makesAnLsnMeanTheHistoryThatWentOn() {
      ChainBuilder chain = promoted().segment(360, 500, 60, commit(385, 52), commit(490, 55));
      assertThat(lsn(chain, 390)).isEqualTo("one | 100-300 300-360 360-390");
    }

    @Test
    void isCrossedByATimeThatOnlyOrphanedCommitsExceed() {
      ChainBuilder chain = promoted().segment(360, 500, 60, commit(490, 55));
      assertThat(time(chain, 36)).isEqualTo("one | 100-300 300-360 360-500");
      assertThat(time(chain, 32)).isEqualTo("one | 100-300 300-360");
      assertThat(time(chain, 27)).isEqualTo("one | 100-300");
    }

    @Test
    void orphansABaseThatHoldsOrphanedCommits() {
      ChainBuilder chain =
          promoted()
              .baseOn(1, "orphan", 385, 38)
              .baseOn(1, "kept", 355, 36)
              .segment(360, 500, 60, commit(490, 55));
      assertThat(latest(chain)).isEqualTo("kept | 355-360 360-500");
      assertThat(latest(chain.base("new", 400, 50))).isEqualTo("new | 400-500");
    }

    @Test
    void thatTheStreamHadNotReachedIsAHoleUntilTheNextBase() {
      ChainBuilder chain =
          ordinary().promoted(420, 0).epoch(2, 450).segment(450, 500, 50, commit(490, 49));
      assertThat(latest(chain)).isEqualTo("one | 100-200 200-300 300-400");
      assertThat(lsn(chain, 410)).startsWith("hole after 0/190 (timeline 2 forked off at 0/1A4");
      assertThat(latest(chain.base("two", 450, 46))).isEqualTo("two | 450-500");
    }

    @Test
    void withAHoleRecordedBeforeOrAfterItIsThatHole() {
      ChainBuilder before =
          ordinary()
              .hole(400, "slot lost")
              .promoted(420, 0)
              .segment(450, 500, 50, commit(490, 49))
              .base("two", 450, 46);
      ChainBuilder after =
          ordinary()
              .promoted(420, 0)
              .hole(400, "slot lost")
              .segment(450, 500, 50, commit(490, 49))
              .base("two", 450, 46);
      assertThat(latest(before)).isEqualTo("two | 450-500");
      assertThat(latest(after)).isEqualTo("two | 450-500");
      assertThat(lsn(before, 430)).startsWith("hole after 0/190");
      assertThat(lsn(after, 430)).startsWith("hole after 0/190");
    }

    @Test
    void withoutARecordOfItBreaksTheHistory() {
      ChainBuilder chain =
          new ChainBuilder().epoch(1, 100).base("one", 100, 10).segment(100, 200, 20);
      List<Manifest> manifests = new ArrayList<>(chain.chain());
      List<Manifest> other =
          new ChainBuilder().promoted(0, 0).segment(200, 300, 30, commit(250, 25)).chain();
      manifests.add(other.getLast());
      assertThat(show(RestorePlanner.plan(manifests, new AtLsn(new Lsn(250)), NOW)))
          .contains("without a record of the promotion");
    }
  }

  @Nested
  class AnotherCluster {
    private static ChainBuilder moved() {
      return ordinary()
          .cluster("99")
          .epoch(2, 50)
          .base("new", 50, 60)
          .segment(50, 120, 70, commit(110, 65));
    }

    @Test
    void isAHistoryOfItsOwn() {
      assertThat(latest(moved())).isEqualTo("new | 50-120");
      assertThat(time(moved(), 39)).isEqualTo("one | 100-200 200-300 300-400");
      assertThat(time(moved(), 50))
          .isEqualTo(
              "hole after 0/190 (the source is another cluster since epoch 2): 0/190 at +40s, 0/32"
                  + " at +60s");
    }

    @Test
    void isMeantFirstByAnLsn() {
      assertThat(lsn(moved(), 110)).isEqualTo("new | 50-110");
      assertThat(lsn(moved(), 300)).isEqualTo("one | 100-200 200-300");
    }
  }

  /** Table 7 is rewritten by the commit at 210, and read again at 350. */
  @Nested
  class LostTables {
    private static ChainBuilder rewritten() {
      return new ChainBuilder()
          .epoch(1, 100)
          .base("one", 100, 10)
          .segment(100, 200, 20, commit(150, 15))
          .schema(210, false)
          .segment(200, 210, 21, commit(210, 21))
          .lost(210, 7)
          .schema(210, true)
          .segment(210, 300, 30, commit(250, 25), commit(290, 29))
          .segment(300, 400, 40, commit(310, 31), commit(390, 39));
    }

    private static ChainBuilder based() {
      return rewritten().tableBase("t", 350, 35, 7).segment(400, 500, 50, commit(450, 45));
    }

    private static String tableBases(ChainBuilder chain, RestoreTarget target) {
      return ((Reachable) plan(chain, target))
          .tableBases().stream()
              .map(it -> it.entry().base() + new TreeSet<>(it.tables()))
              .collect(Collectors.joining(" "));
    }

    @Test
    void areAHoleUntilTheyAreReadAgainThatNamesThem() {
      assertThat(latest(rewritten()))
          .isEqualTo(
              "hole after 0/C8 (the rows of table public.t7 are not known from 0/D2 on, until a"
                  + " base of it was taken: it was rewritten): 0/C8 at +20s, nothing");
      assertThat(lsn(based(), 300)).endsWith("it was rewritten): 0/C8 at +20s, 0/15E at +35s");
      assertThat(lsn(based(), 349)).startsWith("hole after 0/C8");
      assertThat(time(based(), 25)).startsWith("hole after 0/C8");
    }

    @Test
    void doNotMatterBefore() {
      assertThat(lsn(based(), 209)).isEqualTo("one | 100-200 200-209");
      assertThat(tableBases(based(), new AtLsn(new Lsn(209)))).isEmpty();
      assertThat(time(based(), 20)).isEqualTo("one | 100-200 200-210");
    }

    @Test
    void areTakenFromTheirBaseAfterwards() {
      assertThat(lsn(based(), 350)).isEqualTo("one | 100-200 200-210 210-300 300-350");
      assertThat(tableBases(based(), new AtLsn(new Lsn(350)))).isEqualTo("t[7]");
      assertThat(tableBases(based(), new Latest())).isEqualTo("t[7]");
      // The commit at 390 is of second 39: the base at 350 surely holds none of it.
      assertThat(tableBases(based(), new AtTime(at(45)))).isEqualTo("t[7]");
      // Whether the base of second 35 holds a commit that is later than second 34, nobody knows.
      assertThat(time(based(), 34)).startsWith("hole after 0/C8");
    }

    @Test
    void needOneBaseEach() {
      ChainBuilder chain = rewritten().lost(210, 8, 9).tableBase("t", 350, 35, 7, 8);
      assertThat(latest(chain)).contains("the rows of table public.t9 are not known from 0/D2 on");
      chain.tableBase("u", 360, 36, 9, 7);
      assertThat(tableBases(chain, new Latest())).isEqualTo("t[8] u[7, 9]");
      assertThat(lsn(chain, 355)).endsWith("0/C8 at +20s, 0/168 at +36s");
    }

    @Test
    void areLostAgainByWhatComesLater() {
      ChainBuilder again =
          based()
              .schema(510, false)
              .segment(500, 510, 51, commit(510, 51))
              .lost(510, 7)
              .schema(510, true)
              .segment(510, 600, 60, commit(550, 55));
      assertThat(latest(again)).contains("from 0/1FE on").endsWith("0/1F4 at +50s, nothing");
      assertThat(tableBases(again, new AtLsn(new Lsn(500)))).isEqualTo("t[7]");
      again.tableBase("t2", 520, 52, 7).segment(600, 700, 70);
      assertThat(tableBases(again, new Latest())).isEqualTo("t2[7]");
    }

    @Test
    void areInTheNextBaseOfAll() {
      ChainBuilder chain = rewritten().base("two", 320, 32).segment(400, 500, 50);
      assertThat(latest(chain)).isEqualTo("two | 320-400");
      assertThat(tableBases(chain, new Latest())).isEmpty();
      assertThat(lsn(chain, 300)).endsWith("0/C8 at +20s, 0/140 at +32s");
    }

    @Test
    void areNotFoundInABaseThatAPromotionLeftBehind() {
      ChainBuilder chain = based().promoted(340, 1).segment(340, 420, 60, commit(410, 59));
      assertThat(latest(chain)).startsWith("hole after 0/C8");
      chain.tableBase("t2", 415, 61, 7).segment(420, 450, 70);
      assertThat(tableBases(chain, new Latest())).isEqualTo("t2[7]");
    }

    @Test
    void areNotKnownFromABaseThatTheStreamHasNotReached() {
      assertThat(latest(rewritten().tableBase("t", 450, 45, 7)))
          .startsWith("hole after 0/C8")
          .endsWith("nothing");
    }

    @Test
    void addToWhatIsRead() {
      Reachable plan = (Reachable) plan(based(), new Latest());
      assertThat(plan.objects().count()).isEqualTo(2 + 2 + 2 + 5);
      assertThat(plan.describe()).contains("later ones of 1 tables");
    }
  }

  @Test
  void aSegmentSealedAgainAfterARestartCountsOnce() {
    ChainBuilder chain =
        new ChainBuilder()
            .epoch(1, 100)
            .base("one", 100, 10)
            .segment(100, 200, 20, commit(150, 15))
            .segment(150, 300, 30, commit(190, 18), commit(250, 25));
    assertThat(latest(chain)).isEqualTo("one | 100-200 200-300");
  }

  @Test
  void estimatesWhatHasToBeRead() {
    Reachable plan = (Reachable) plan(ordinary(), new Latest());
    assertThat(plan.storedBytes()).isEqualTo(2 * 1000 + 3 * 1000);
    assertThat(plan.changes()).isEqualTo(6);
    assertThat(plan.baseManifest()).isEqualTo(2);
    assertThat(plan.source()).isEqualTo(new SourceId("main"));
  }

  @Test
  void aChainOfTwoSourcesIsNoChain() {
    List<Manifest> mixed = new ArrayList<>(ordinary().chain());
    Manifest first = mixed.getFirst();
    mixed.add(
        new Manifest(
            first.format(),
            new SourceId("other"),
            99,
            first.previous(),
            first.writer(),
            first.at(),
            first.entry()));
    assertThatThrownBy(() -> RestorePlanner.plan(mixed, new Latest(), NOW))
        .hasMessage("chain mixes the sources main and other");
  }

  private static String latest(ChainBuilder chain) {
    return show(plan(chain, new Latest()));
  }

  private static String lsn(ChainBuilder chain, long lsn) {
    return show(plan(chain, new AtLsn(new Lsn(lsn))));
  }

  private static String time(ChainBuilder chain, int second) {
    return show(plan(chain, new AtTime(at(second))));
  }

  private static RestorePlan plan(ChainBuilder chain, RestoreTarget target) {
    return RestorePlanner.plan(chain.chain(), target, NOW);
  }

  private static String show(RestorePlan plan) {
    assertThat(plan.describe()).isNotBlank();
    return switch (plan) {
      case Reachable it ->
          (it.base().base()
                  + " | "
                  + it.parts().stream()
                      .map(part -> part.after().value() + "-" + part.limit().value())
                      .collect(Collectors.joining(" ")))
              .trim();
      case Gap it ->
          "hole after "
              + it.hole().after()
              + " ("
              + it.hole().reason()
              + "): "
              + it.before().map(RestorePlannerTest::show).orElse("nothing")
              + ", "
              + it.after().map(RestorePlannerTest::show).orElse("nothing");
      case NoBase it ->
          it.earliest().map(point -> "before the first: " + show(point)).orElse("no base");
      case RestorePlan.Orphaned it ->
          "orphaned beyond "
              + it.fork().lsn()
              + " of "
              + it.fork().timeline()
              + ": "
              + show(it.before())
              + ", "
              + it.after().map(RestorePlannerTest::show).orElse("nothing");
      case Future it -> "later than " + show(it.newest());
    };
  }

  private static String show(RecoveryPoint point) {
    return point.position().lsn()
        + " at +"
        + (point.time().getEpochSecond() - ChainBuilder.MIDNIGHT.getEpochSecond())
        + "s";
  }
}
