/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.FailoverEvent.FailoverTriggered;
import dev.holdfast.events.FailoverEvent.TriggerCleared;
import dev.holdfast.events.HealthEvent.Comparison;
import dev.holdfast.events.HealthEvent.ConditionStatus;
import dev.holdfast.events.HealthEvent.ObservedCondition;
import dev.holdfast.events.HealthEvent.ObservedTrigger;
import dev.holdfast.events.HealthEvent.ProbeObserved;
import dev.holdfast.events.HealthEvent.Status;
import dev.holdfast.events.HealthEvent.TriggerStatus;
import dev.holdfast.events.HealthEvent.TriggersObserved;
import dev.holdfast.events.Message;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.monitor.probe.Probes;
import dev.holdfast.monitor.probe.WriteCanary;
import dev.holdfast.monitor.trigger.Evaluation;
import dev.holdfast.monitor.trigger.Sampling;
import dev.holdfast.monitor.trigger.TriggerTable;
import dev.holdfast.monitor.verdict.Roles;
import dev.holdfast.monitor.verdict.ServerView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One round every 30 s of a tickable clock, against two scripted servers. */
class RoundTest {

  private static final ServerView.Receiver STREAMING =
      new ServerView.Receiver.Streaming(Duration.ofSeconds(1));
  private static final ServerView.Receiver LOST =
      new ServerView.Receiver.NotStreaming("no walreceiver is running");

  private Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private final Servers servers = new Servers();
  private final List<Message> said = new ArrayList<>();
  private Round round = newRound();

  @Test
  void aKilledPrimaryFiresOnceAfterTwoMinutesAndTheNewPrimaryClearsIt() {
    healthy();
    rounds(3);
    servers.seen.put("a:1", new ServerView.Refused("connection refused"));
    servers.seen.put("b:2", standby(LOST));

    rounds(4);
    assertThat(all(FailoverTriggered.class)).isEmpty();
    rounds(10);
    FailoverTriggered fired = only(FailoverTriggered.class);
    assertThat(fired.trigger()).isEqualTo("database_primary_failure");
    assertThat(fired.incident()).isEqualTo("database_primary_failure:main:7:1:0/5A");
    assertThat(Duration.between(fired.failingSince(), fired.triggeredAt())).hasSeconds(120);
    assertThat(fired.severity()).isEqualTo("critical");
    assertThat(fired.scenario()).isEqualTo("database_failure");
    assertThat(fired.automated()).isTrue();
    assertThat(fired.evidence()).hasSize(5).allMatch(line -> line.contains("connection refused"));
    assertThat(all(TriggerCleared.class)).isEmpty();

    servers.seen.put("b:2", primary(2));
    rounds(20);
    assertThat(only(TriggerCleared.class).incident()).isEqualTo(fired.incident());
    assertThat(all(FailoverTriggered.class)).hasSize(1);
    assertThat(round.roles().primary()).isEqualTo("b:2");
  }

  @Test
  void theSameOutageSeenByARestartedMonitorIsTheSameIncident() {
    servers.seen.put("a:1", new ServerView.Refused("connection refused"));
    servers.seen.put("b:2", standby(LOST));
    rounds(6);
    round = newRound();
    rounds(6);
    assertThat(all(FailoverTriggered.class).stream().map(FailoverTriggered::incident).distinct())
        .hasSize(1);
  }

  @Test
  void theLossOfOurOwnNetworkNeverFires() {
    healthy();
    rounds(2);
    servers.seen.put("a:1", new ServerView.Refused("connect timed out"));
    servers.seen.put("b:2", new ServerView.Refused("connect timed out"));
    rounds(50);
    assertThat(all(FailoverTriggered.class)).isEmpty();
    assertThat(standing("database_primary_failure")).isInstanceOf(Evaluation.Unknown.class);
  }

  @Test
  void aPrimaryThatItsStandbyStillHearsNeverFires() {
    servers.seen.put("a:1", new ServerView.Refused("connect timed out"));
    servers.seen.put("b:2", standby(STREAMING));
    rounds(50);
    assertThat(all(FailoverTriggered.class)).isEmpty();
  }

  @Test
  void metricsWithoutAProbeAreUnknownAndSaySo() {
    healthy();
    rounds(3);
    for (String id : List.of("regional_latency_spike", "voice_service_degradation")) {
      assertThat(standing(id))
          .isEqualTo(new Evaluation.Unknown("no probe for this metric configured: unknown"));
    }
  }

  @Test
  void triggersAreToldWithWhatWasSeenAgainstTheirThreshold() {
    healthy();
    rounds(1);
    TriggersObserved told = only(TriggersObserved.class);
    assertThat(told.key()).isEqualTo("triggers/main");
    assertThat(told.at()).isEqualTo(now);
    // Two intervals and the slowest look: a round that is late is no silence.
    assertThat(told.goodUntil()).isEqualTo(now.plusSeconds(70));
    ObservedTrigger database = told.triggers().getFirst();
    assertThat(database.status()).isEqualTo(TriggerStatus.ARMED);
    assertThat(database.automated()).isTrue();
    assertThat(database.conditions())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.metric()).isEqualTo("database_connection");
              assertThat(it.comparison()).isEqualTo(Comparison.EQUALS);
              assertThat(it.threshold()).isEqualTo("failed");
              assertThat(it.value()).contains("ok");
              assertThat(it.seenAt()).contains(now);
              assertThat(it.since()).isEmpty();
              assertThat(it.status()).isEqualTo(ConditionStatus.NOT_MET);
              assertThat(it.duration()).hasSeconds(120);
            });
    assertThat(told.triggers().subList(1, 3))
        .allSatisfy(
            it -> {
              assertThat(it.status()).isEqualTo(TriggerStatus.NOT_MEASURED);
              assertThat(it.conditions().getFirst().status())
                  .isEqualTo(ConditionStatus.NOT_MEASURED);
              assertThat(it.conditions().getFirst().value()).isEmpty();
            });
  }

  @Test
  void anOutageIsToldWhileItLastsWithHowLongItHasHeld() {
    healthy();
    rounds(1);
    servers.seen.put("a:1", new ServerView.Refused("connection refused"));
    servers.seen.put("b:2", standby(LOST));
    List<TriggerStatus> statuses = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rounds(1);
      statuses.add(all(TriggersObserved.class).getLast().triggers().getFirst().status());
    }
    assertThat(statuses)
        .startsWith(TriggerStatus.PENDING)
        .endsWith(TriggerStatus.FIRED)
        .doesNotContain(TriggerStatus.ARMED, TriggerStatus.UNKNOWN);
    ObservedTrigger fired = all(TriggersObserved.class).getLast().triggers().getFirst();
    assertThat(fired.incident()).contains(only(FailoverTriggered.class).incident());
    ObservedCondition held = fired.conditions().getFirst();
    assertThat(held.status()).isEqualTo(ConditionStatus.HELD);
    assertThat(held.value()).contains("failed");
    assertThat(held.since()).contains(now.minusSeconds(150));
    assertThat(held.seenAt()).contains(now);

    // Our own network is gone: nothing is known, and the incident goes on.
    servers.seen.clear();
    rounds(1);
    ObservedTrigger blind = all(TriggersObserved.class).getLast().triggers().getFirst();
    assertThat(blind.status()).isEqualTo(TriggerStatus.FIRED);
    assertThat(blind.conditions().getFirst().status()).isEqualTo(ConditionStatus.UNKNOWN);
    assertThat(blind.conditions().getFirst().value()).isEmpty();
  }

  @Test
  void triggersAreToldEveryTenSecondsAndAtOnceWhenOneOfThemChanges() {
    healthy();
    for (int i = 0; i < 15; i++) {
      now = now.plusSeconds(1);
      round.run();
    }
    assertThat(all(TriggersObserved.class)).hasSize(2);
    servers.seen.put("a:1", new ServerView.Refused("connection refused"));
    servers.seen.put("b:2", standby(LOST));
    now = now.plusSeconds(1);
    round.run();
    assertThat(all(TriggersObserved.class)).hasSize(3);
    now = now.minusSeconds(3600);
    round.run();
    assertThat(all(TriggersObserved.class)).as("the clock was set back").hasSize(4);
  }

  @Test
  void aProbeIsAnnouncedWhenItChangesAndOnceAMinute() {
    healthy();
    rounds(5);
    assertThat(observed("supabase_primary", "connect")).hasSize(3);
    servers.seen.put("a:1", new ServerView.Refused("connection refused"));
    rounds(1);
    assertThat(observed("supabase_primary", "connect")).hasSize(4);
    assertThat(observed("supabase_primary", "connect").getLast().status()).isEqualTo(Status.FAILED);
    assertThat(observed("supabase_primary", "write-canary").getLast().status())
        .isEqualTo(Status.UNKNOWN);
  }

  @Test
  void lagIsInBytes() {
    healthy();
    rounds(1);
    assertThat(observed("supabase_standby", "replication-lag").getFirst().value()).contains(10.0);
  }

  private void healthy() {
    servers.seen.put("a:1", primary(1));
    servers.seen.put("b:2", standby(STREAMING));
  }

  private void rounds(int count) {
    for (int i = 0; i < count; i++) {
      now = now.plusSeconds(30);
      round.run();
    }
  }

  private Round newRound() {
    return new Round(
        new SourceId("main"),
        Roles.configured("a:1", "b:2"),
        TriggerTable.shipped(),
        Sampling.every(Duration.ofSeconds(30), Duration.ofSeconds(10)),
        servers,
        (message, correlation) -> said.add(message),
        () -> now);
  }

  private Evaluation standing(String trigger) {
    return round.triggers().stream()
        .filter(s -> s.trigger().id().equals(trigger))
        .findFirst()
        .orElseThrow()
        .state()
        .last();
  }

  private List<ProbeObserved> observed(String component, String probe) {
    return all(ProbeObserved.class).stream()
        .filter(o -> o.component().equals(component) && o.probe().equals(probe))
        .toList();
  }

  private <T extends Message> List<T> all(Class<T> type) {
    return said.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private <T extends Message> T only(Class<T> type) {
    assertThat(all(type)).hasSize(1);
    return all(type).getFirst();
  }

  private static ServerView.Answered primary(int timeline) {
    return new ServerView.Answered(
        "7", false, timeline, new Lsn(100), new ServerView.Receiver.None(), Duration.ofMillis(2));
  }

  private static ServerView.Answered standby(ServerView.Receiver receiver) {
    return new ServerView.Answered("7", true, 1, new Lsn(90), receiver, Duration.ofMillis(2));
  }

  private final class Servers implements Probes {
    private final Map<String, ServerView.Seen> seen = new HashMap<>();

    @Override
    public Views look(String first, String second) {
      return new Views(view(first), view(second));
    }

    private ServerView view(String server) {
      return new ServerView(
          server, now, seen.getOrDefault(server, new ServerView.Silent("not scripted")));
    }

    @Override
    public WriteCanary.Outcome write(String server) {
      return new WriteCanary.Outcome.Written(Duration.ofMillis(4));
    }
  }
}
