/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.Message;
import dev.holdfast.events.RecoveryEvent.RunFinished;
import dev.holdfast.events.RecoveryEvent.StepChanged;
import dev.holdfast.events.RecoveryEvent.StepStatus;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.recovery.procedure.OperationId;
import dev.holdfast.recovery.procedure.Procedures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunEngineTest {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final RunId ID = new RunId("run-1");

  private Instant now = START;
  private final World world = new World();
  private MemoryRunStore store = new MemoryRunStore();

  @Test
  void aFailoverGoesThroughEveryStepAndSkipsTheRestore() throws Exception {
    begin();
    drive();

    assertThat(states())
        .containsExactly(
            StepRun.State.COMPLETED,
            StepRun.State.COMPLETED,
            StepRun.State.SKIPPED,
            StepRun.State.COMPLETED);
    assertThat(run().step(3).detail()).isEqualTo("not needed");
    assertThat(run().state()).isEqualTo(Run.State.COMPLETED);
    assertThat(world.done).doesNotContain(OperationId.RESTORE_BACKUP);
    assertThat(sent(RunFinished.class)).hasSize(1);
    assertThat(sent(StepChanged.class))
        .extracting(StepChanged::sequence)
        .isEqualTo(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L));
  }

  @Test
  void killedAtAnyMomentItGoesOnAndEveryOperationHappensOnce() throws Exception {
    begin();
    drive();
    List<String> undisturbed = stepChanges();
    int moments = world.moments;
    assertThat(moments).isGreaterThan(60);

    for (int kill = 1; kill <= moments; kill++) {
      store = new MemoryRunStore();
      world.reset();
      world.killAt = kill;
      begin();
      boolean killed = false;
      try {
        drive();
      } catch (Killed e) {
        killed = true;
        drive();
      }
      assertThat(killed).as("kill %s", kill).isTrue();
      assertThat(run().state()).as("kill %s", kill).isEqualTo(Run.State.COMPLETED);
      assertThat(world.times).as("kill %s", kill).allSatisfy((op, n) -> assertThat(n).isOne());
      assertThat(stepChanges()).as("kill %s", kill).isEqualTo(undisturbed);
    }
  }

  @Test
  void withoutProofOfFencingItWaitsAndNeverPromotes() throws Exception {
    world.script.put(
        OperationId.FENCE_OLD_PRIMARY, new Outcome.NeedsPerson("is the old primary stopped?"));
    begin();
    drive();
    drive();

    assertThat(run().state()).isEqualTo(Run.State.WAITING);
    assertThat(world.done).doesNotContain(OperationId.PROMOTE_STANDBY, OperationId.HOLD_WRITES);
    assertThat(store.toDrive()).isEmpty();
    assertThat(sent(AlertRaised.class))
        .anySatisfy(alert -> assertThat(alert.action()).contains("is the old primary stopped?"));

    world.script.clear();
    decide(2, true, "power is off, rack 7");
    drive();
    assertThat(world.approvals)
        .containsEntry(OperationId.FENCE_OLD_PRIMARY, "power is off, rack 7");
    assertThat(run().state()).isEqualTo(Run.State.COMPLETED);
  }

  @Test
  void aRejectedFencingLeadsToTheRestoreThatAlsoWaits() throws Exception {
    world.script.put(OperationId.FENCE_OLD_PRIMARY, new Outcome.NeedsPerson("stopped?"));
    begin();
    drive();
    decide(2, false, "it is still alive");
    drive();

    assertThat(run().step(2).state()).isEqualTo(StepRun.State.FAILED);
    assertThat(run().step(3).state()).isEqualTo(StepRun.State.WAITING_FOR_APPROVAL);
    assertThat(run().state()).isEqualTo(Run.State.WAITING);

    decide(3, false, "no restore either");
    drive();
    assertThat(run().state()).isEqualTo(Run.State.FAILED);
    assertThat(world.done).doesNotContain(OperationId.PROMOTE_STANDBY);
    assertThat(run().step(4).state()).isEqualTo(StepRun.State.PENDING);
  }

  @Test
  void aFailedPromotionIsRemediedByAnApprovedRestore() throws Exception {
    world.script.put(OperationId.PROMOTE_STANDBY, new Outcome.Failed("standby is gone"));
    begin();
    drive();
    assertThat(run().step(3).detail()).contains("standby is gone");
    decide(3, true, "go");
    drive();

    assertThat(states())
        .containsExactly(
            StepRun.State.COMPLETED,
            StepRun.State.FAILED,
            StepRun.State.COMPLETED,
            StepRun.State.COMPLETED);
    assertThat(run().state()).isEqualTo(Run.State.COMPLETED);
    assertThat(world.done).contains(OperationId.RESTORE_BACKUP);
  }

  @Test
  void whatIsKnownOfAFailureStaysWithTheRun() throws Exception {
    world.broken = OperationId.CHECK_CONNECTIONS;
    begin();
    drive();
    assertThat(run().state()).isEqualTo(Run.State.FAILED);
    assertThat(run().detail()).contains("check-connections: sealed bytes differ");
    assertThat(run().facts().text(Fact.FAILURE)).contains("damaged");
  }

  @Test
  void lossFoundAsksForTheRestoreAndDecliningItAcceptsTheLoss() throws Exception {
    world.script.put(
        OperationId.MEASURE_LOSS,
        Outcome.done(
            "3 commits lost",
            Facts.of(Fact.LOSS_FOUND, true)
                .with(Fact.LOST_TRANSACTIONS, 3)
                .with(Fact.LOSS_BASIS, "3 sealed commits beyond the fork")));
    begin();
    drive();
    assertThat(run().waiting()).map(StepRun::step).contains(3);
    assertThat(run().step(3).detail()).contains("3 sealed commits");

    decide(3, false, "taken over by hand");
    drive();
    assertThat(run().step(3).state()).isEqualTo(StepRun.State.SKIPPED);
    assertThat(run().state()).isEqualTo(Run.State.COMPLETED);
    assertThat(RunMetrics.of(run()).achieved().lostTransactions()).contains(3L);
  }

  @Test
  void aPrimaryThatAnswersEndsTheRunWithNothingTouched() throws Exception {
    world.script.put(OperationId.CHECK_CONNECTIONS, new Outcome.NotNeeded("the primary answers"));
    begin();
    drive();
    assertThat(run().state()).isEqualTo(Run.State.COMPLETED);
    assertThat(world.done).containsOnly(OperationId.CHECK_CONNECTIONS);
    assertThat(sent(StepChanged.class))
        .filteredOn(c -> c.status() == StepStatus.SKIPPED)
        .hasSize(3);
  }

  @Test
  void aStepThatIsNotCriticalMayFail() throws Exception {
    world.script.put(OperationId.RESUME_SERVICES, new Outcome.Failed("hook said no"));
    begin();
    drive();
    assertThat(run().step(4).state()).isEqualTo(StepRun.State.FAILED);
    assertThat(run().state()).isEqualTo(Run.State.COMPLETED);
  }

  @Test
  void oneIncidentIsOneRun() {
    begin();
    assertThat(
            store.add(
                Transitions.start(request(new RunId("run-2"), Optional.of("incident-1")), now)))
        .isEmpty();
  }

  @Test
  void timesAreMeasuredFromTheFirstSignOfFailure() throws Exception {
    world.script.put(
        OperationId.VERIFY_WRITES,
        Outcome.done("ok", Facts.of(Fact.VERIFIED_AT, START.plusSeconds(40))));
    begin();
    drive();
    assertThat(RunMetrics.of(run()).achieved().rtoAchieved())
        .hasValueSatisfying(rto -> assertThat(rto).hasSeconds(50));
    assertThat(RunMetrics.of(run()).achieved().rpoAchieved()).isEmpty();
    assertThat(RunMetrics.of(run()).achieved().lostTransactions()).isEmpty();
  }

  private void begin() {
    assertThat(store.add(Transitions.start(request(ID, Optional.of("incident-1")), now)))
        .isPresent();
  }

  private Transitions.Request request(RunId id, Optional<String> incident) {
    return new Transitions.Request(
        id,
        Procedures.shipped().get(Procedures.DATABASE_FAILURE),
        new SourceId("main"),
        incident,
        Optional.of(START.minusSeconds(10)),
        Optional.empty(),
        "test");
  }

  private void drive() throws InterruptedException {
    store.around(world::moment, world::moment);
    new RunEngine(store, world, () -> now).drive(ID);
  }

  private void decide(int step, boolean approved, String comment) {
    RunStore.Stored stored = store.find(ID).orElseThrow();
    store.save(stored, Transitions.decide(stored.run(), step, approved, "alice", comment, now));
  }

  private Run run() {
    return store.find(ID).orElseThrow().run();
  }

  private List<StepRun.State> states() {
    return run().steps().stream().map(StepRun::state).toList();
  }

  private List<String> stepChanges() {
    return sent(StepChanged.class).stream()
        .map(c -> c.sequence() + " " + c.step() + " " + c.status())
        .toList();
  }

  private <T extends Message> List<T> sent(Class<T> type) {
    return store.sent().stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** The outside world: what was done to it stays done, whatever dies. */
  private static final class World implements Operations {
    private final Set<OperationId> done = EnumSet.noneOf(OperationId.class);
    private final Map<OperationId, Integer> times = new EnumMap<>(OperationId.class);
    private final Map<OperationId, Outcome> script = new EnumMap<>(OperationId.class);
    private final Map<OperationId, String> approvals = new EnumMap<>(OperationId.class);
    private final List<OperationId> order = new ArrayList<>();
    private @Nullable OperationId broken;
    private int moments;
    private int killAt;

    void reset() {
      done.clear();
      times.clear();
      moments = 0;
    }

    void moment() {
      if (++moments == killAt) {
        throw new Killed();
      }
    }

    @Override
    public Facts about(RuntimeException failure) {
      return failure instanceof IllegalArgumentException
          ? Facts.of(Fact.FAILURE, "damaged")
          : Facts.NONE;
    }

    @Override
    public Outcome perform(OperationId operation, Context context) {
      moment();
      if (operation == broken) {
        throw new IllegalArgumentException("sealed bytes differ");
      }
      context.approval().ifPresent(a -> approvals.put(operation, a.comment()));
      if (done.add(operation)) {
        times.merge(operation, 1, Integer::sum);
        order.add(operation);
      }
      moment();
      return script.getOrDefault(operation, Outcome.done("done"));
    }
  }
}
