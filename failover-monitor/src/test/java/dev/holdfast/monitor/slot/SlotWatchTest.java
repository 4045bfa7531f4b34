/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.AuditEvent.OperationRecorded;
import dev.holdfast.events.Message;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import dev.holdfast.postgres.base.ReplicationSlots.WalStatus;
import dev.holdfast.testkit.TickableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** When people are told of the log behind a slot, and when it is given up. */
class SlotWatchTest {

  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  private final TickableClock clock = new TickableClock(Instant.parse("2026-11-23T08:30:00Z"));
  private final List<Message> said = new ArrayList<>();
  private final FakeSlot slot = new FakeSlot();

  private static final class FakeSlot implements SlotAccess {
    Optional<SlotState> state = Optional.empty();
    Optional<PostgresException> failure = Optional.empty();
    Optional<PostgresException> stays = Optional.empty();
    int givenUp;

    @Override
    public Optional<SlotState> look() {
      failure.ifPresent(
          e -> {
            throw e;
          });
      return state;
    }

    @Override
    public void giveUp() {
      stays.ifPresent(
          e -> {
            throw e;
          });
      givenUp++;
      state = Optional.empty();
    }

    void retains(long bytes) {
      retains(bytes, OptionalLong.empty(), WalStatus.RESERVED);
    }

    void retains(long bytes, OptionalLong safe, WalStatus status) {
      state =
          Optional.of(
              new SlotState(
                  "holdfast_main",
                  "pgoutput",
                  "app",
                  true,
                  new Lsn(100),
                  new Lsn(100),
                  status,
                  bytes,
                  safe,
                  false));
    }
  }

  private SlotWatch watch(OptionalLong giveUp) {
    return new SlotWatch(
        new SourceId("main"),
        "holdfast_main",
        slot,
        new SlotPolicy(4 * GIB, giveUp),
        (message, correlation) -> said.add(message),
        clock);
  }

  private List<String> alerts() {
    return said.stream()
        .filter(AlertRaised.class::isInstance)
        .map(message -> ((AlertRaised) message).alert())
        .toList();
  }

  @Test
  void peopleAreToldOnceThenHourlyAndWhenItIsOver() {
    SlotWatch watch = watch(OptionalLong.empty());
    slot.retains(3 * GIB);
    watch.look();
    assertThat(alerts()).isEmpty();

    slot.retains(4 * GIB);
    watch.look();
    clock.tick(Duration.ofMinutes(30));
    watch.look();
    assertThat(alerts()).containsExactly("slot-retains-log");

    clock.tick(Duration.ofMinutes(30));
    watch.look();
    assertThat(alerts()).hasSize(2);

    // A little less is not over: an alert that comes and goes tells nothing.
    slot.retains(7 * GIB / 2);
    watch.look();
    assertThat(alerts()).hasSize(2);
    slot.retains(3 * GIB);
    watch.look();
    assertThat(alerts()).last().isEqualTo("slot-retains-log-over");
    assertThat(watch.view().orElseThrow().state()).isEqualTo("ok");
  }

  @Test
  void theViewSaysHowFastItGrowsAndWhenItEnds() {
    SlotWatch watch = watch(OptionalLong.of(8 * GIB));
    slot.retains(GIB);
    watch.look();
    clock.tick(Duration.ofMinutes(1));
    slot.retains(GIB + 60 * MIB);
    watch.look();

    SlotView view = watch.view().orElseThrow();
    assertThat(view.growthBytesPerSecond()).isEqualTo(MIB);
    assertThat(view.leftBytes()).contains(7 * GIB - 60 * MIB);
    assertThat(view.endsInSeconds()).contains(7L * 1024 - 60);
    assertThat(view.detail()).contains("60 MiB/min", "in about 118 min");
  }

  @Test
  void aSlotThatTheSourceIsAboutToInvalidateIsAnAlertHoweverSmall() {
    SlotWatch watch = watch(OptionalLong.empty());
    slot.retains(900 * MIB, OptionalLong.of(500 * MIB), WalStatus.EXTENDED);
    watch.look();
    assertThat(alerts()).isEmpty();

    slot.retains(900 * MIB, OptionalLong.of(100 * MIB), WalStatus.EXTENDED);
    watch.look();
    assertThat(alerts()).hasSize(1);
  }

  @Test
  void itIsGivenUpOnlyWhenToldSoAndOnlyOnce() {
    slot.retains(100 * GIB);
    watch(OptionalLong.empty()).look();
    assertThat(slot.givenUp).isZero();
    said.clear();

    SlotWatch told = watch(OptionalLong.of(8 * GIB));
    slot.retains(8 * GIB - 1);
    told.look();
    assertThat(slot.givenUp).isZero();
    slot.retains(8 * GIB);
    told.look();
    told.look();

    assertThat(slot.givenUp).isEqualTo(1);
    assertThat(said)
        .filteredOn(OperationRecorded.class::isInstance)
        .singleElement()
        .satisfies(
            message -> {
              OperationRecorded recorded = (OperationRecorded) message;
              assertThat(recorded.operation()).isEqualTo("give-up-slot");
              assertThat(recorded.outcome()).isEqualTo("completed");
              assertThat(recorded.detail()).contains("8,192 MiB");
            });
    assertThat(told.view().orElseThrow().state()).isEqualTo("absent");
  }

  @Test
  void aSlotThatCannotBeDroppedIsSaidSoWithTheStatement() {
    SlotWatch watch = watch(OptionalLong.of(8 * GIB));
    slot.retains(9 * GIB);
    slot.stays = Optional.of(new PostgresException(Reason.NO_RIGHTS, null, "not allowed", ""));
    watch.look();

    assertThat(said)
        .filteredOn(AlertRaised.class::isInstance)
        .singleElement()
        .satisfies(
            alert ->
                assertThat(((AlertRaised) alert).action())
                    .contains("pg_drop_replication_slot('holdfast_main')"));
  }

  @Test
  void aSourceThatDoesNotAnswerIsUnknownAndNeverWell() {
    SlotWatch watch = watch(OptionalLong.empty());
    slot.failure = Optional.of(new PostgresException(Reason.UNREACHABLE, null, "gone", ""));
    watch.look();
    assertThat(watch.view().orElseThrow().state()).isEqualTo("unknown");
    assertThat(said).isEmpty();
  }

  @Test
  void aLimitBelowTheAlertIsRefusedByName() {
    assertThatThrownBy(() -> new SlotPolicy(4 * GIB, OptionalLong.of(GIB)))
        .hasMessageContaining("holdfast.monitor.slots.give-up");
  }
}
