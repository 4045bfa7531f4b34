/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.recovery.procedure.Procedures;
import dev.holdfast.recovery.run.Change;
import dev.holdfast.recovery.run.Run;
import dev.holdfast.recovery.run.RunStore.Stored;
import dev.holdfast.recovery.run.StaleRunException;
import dev.holdfast.recovery.run.Transitions;
import dev.holdfast.recovery.store.PostgresRunStore;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = ControlServers.class, restrictToAnnotatedClass = true)
class PostgresRunStoreIT {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  @Inject PostgresRunStore store;

  @Test
  void aRunComesBackAsItWasStored() {
    Run run = waiting("comes-back", "source-1");
    store.add(new Change(run, List.of()));

    assertThat(store.find(run.id())).contains(new Stored(run, 0));
    assertThat(store.find(new RunId("nobody"))).isEmpty();
  }

  @Test
  void anIncidentHasOneRun() {
    Change first = start("incident-a", "source-2", Optional.of("incident-1"));
    assertThat(store.add(first)).isPresent();
    assertThat(store.add(start("incident-b", "source-3", Optional.of("incident-1")))).isEmpty();
    assertThat(store.find(new RunId("incident-b"))).isEmpty();
  }

  @Test
  void aSourceHasOneActiveRun() {
    store.add(start("active-a", "source-4", Optional.empty()));
    assertThat(store.add(start("active-b", "source-4", Optional.empty()))).isEmpty();
    assertThat(store.active(new SourceId("source-4"))).contains(new RunId("active-a"));

    Stored running = store.find(new RunId("active-a")).orElseThrow();
    abortHoweverItMoves(running.run().id());
    assertThat(store.active(new SourceId("source-4"))).isEmpty();
    assertThat(store.add(start("active-b", "source-4", Optional.empty()))).isPresent();
  }

  @Test
  void whoeverReadBeforeAChangeCannotChangeAnyMore() {
    Run run = waiting("stale", "source-5");
    Stored before = store.add(new Change(run, List.of())).orElseThrow();
    Stored after = store.save(before, Transitions.abort(run, "a", "", NOW));
    assertThat(after.version()).isEqualTo(1);

    long messages = messages();
    assertThatThrownBy(() -> store.save(before, Transitions.abort(run, "b", "", NOW)))
        .isInstanceOf(StaleRunException.class);
    assertThat(messages()).isEqualTo(messages);
    assertThat(store.find(run.id()).orElseThrow().run().detail()).isEqualTo("aborted by a");
  }

  @Test
  void aChangeAndItsMessagesAreStoredTogether() {
    long before = messages();
    Run run = waiting("together", "source-6");
    AlertRaised alert = new AlertRaised("x", "info", "run/together", "t", "a", NOW);
    store.add(new Change(run, List.of(alert, alert)));
    assertThat(messages()).isEqualTo(before + 2);
    assertThat(store.add(new Change(run, List.of(alert)))).isEmpty();
    assertThat(messages()).isEqualTo(before + 2);
  }

  @Test
  void onlyRunningRunsAreDriven() {
    Run run = waiting("not-driven", "source-7");
    store.add(new Change(run, List.of()));
    assertThat(store.toDrive()).doesNotContain(run.id());
  }

  /** The driver of this process works on it as well. */
  private void abortHoweverItMoves(RunId id) {
    while (true) {
      Stored now = store.find(id).orElseThrow();
      try {
        if (!now.run().state().isOver()) {
          store.save(now, Transitions.abort(now.run(), "me", "", NOW));
        }
        return;
      } catch (StaleRunException e) {
        assertThat(e).hasMessageContaining(id.value());
      }
    }
  }

  /** Kafka is away: every message stays in the outbox. */
  private long messages() {
    return store.inTransaction(
        () ->
            Panache.getSession()
                .chain(
                    session ->
                        session
                            .createNativeQuery(
                                "SELECT count(*) FROM outbox WHERE message_key IN"
                                    + " ('run/together', 'stale', 'together')",
                                Long.class)
                            .getSingleResult()));
  }

  private static Change start(String id, String source, Optional<String> incident) {
    return Transitions.start(
        new Transitions.Request(
            new RunId(id),
            Procedures.shipped().get(Procedures.DATABASE_FAILURE),
            new SourceId(source),
            incident,
            Optional.empty(),
            Optional.empty(),
            "test"),
        NOW);
  }

  /** A run that nobody drives while the test looks. */
  private static Run waiting(String id, String source) {
    return Transitions.askToBegin(start(id, source, Optional.empty()).run(), 1, NOW).run();
  }
}
