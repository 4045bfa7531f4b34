/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.watch;

import dev.holdfast.events.HealthEvent.ProbeObserved;
import dev.holdfast.events.HealthEvent.Status;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.monitor.probe.Probes;
import dev.holdfast.monitor.probe.WriteCanary;
import dev.holdfast.monitor.trigger.Observation;
import dev.holdfast.monitor.trigger.Reading;
import dev.holdfast.monitor.trigger.Sampling;
import dev.holdfast.monitor.trigger.TriggerTable;
import dev.holdfast.monitor.verdict.Roles;
import dev.holdfast.monitor.verdict.ServerView;
import dev.holdfast.monitor.verdict.Verdict;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** One source's watch: each round looks at both servers, judges them, and says what changed. */
public final class Round {

  static final String PRIMARY = "supabase_primary";
  static final String STANDBY = "supabase_standby";
  static final String DATABASE_CONNECTION = "database_connection";

  private final SourceId source;
  private final Probes probes;
  private final InstantSource clock;
  private final ProbeBoard board;
  private final TriggerBoard triggers;
  private final TriggerTeller teller;
  private volatile Roles roles;

  public Round(
      SourceId source,
      Roles configured,
      TriggerTable table,
      Sampling sampling,
      Probes probes,
      Announcer announcer,
      InstantSource clock) {
    this.source = source;
    this.roles = configured;
    this.probes = probes;
    this.clock = clock;
    this.board = new ProbeBoard(announcer);
    this.triggers =
        new TriggerBoard(source, table, List.of(DATABASE_CONNECTION), sampling, announcer);
    this.teller = new TriggerTeller(source, sampling, announcer);
  }

  /** Looks once; called by one thread at a time. */
  public void run() {
    Probes.Views views = probes.look(roles.primary(), roles.other());
    roles = roles.after(views.first(), views.second());
    boolean same = views.first().server().equals(roles.primary());
    ServerView primary = same ? views.first() : views.second();
    ServerView other = same ? views.second() : views.first();
    Verdict verdict = Verdict.of(roles, primary, other);
    String seen = verdict.reason() + ". " + primary.text() + "; " + other.text();
    Instant at = clock.instant();

    connect(PRIMARY, primary);
    connect(STANDBY, other);
    board.observed(PRIMARY, "database-connection", status(verdict), Optional.empty(), seen, at);
    receiver(other);
    lag(primary, other, at);
    canary(
        verdict.result() == Verdict.Result.OK
            ? probes.write(primary.server())
            : new WriteCanary.Outcome.Unknown("not tried: " + primary.text()),
        primary);
    triggers.observed(DATABASE_CONNECTION, new Observation(at, reading(verdict, seen), seen));
    triggers.judge(clock.instant(), trigger -> incident(trigger, other));
    teller.look(triggers.all(), clock.instant());
  }

  List<ProbeObserved> probes() {
    return board.all();
  }

  List<TriggerBoard.Standing> triggers() {
    return triggers.all();
  }

  Roles roles() {
    return roles;
  }

  /**
   * Names an outage by how far the surviving standby got: that stays as it is until somebody acts,
   * so a monitor that is restarted during the outage names it the same.
   */
  private String incident(String trigger, ServerView standby) {
    ServerView.Answered view =
        standby
            .answered()
            .orElseThrow(
                () -> new IllegalStateException("a database failed without a second signal"));
    return String.join(
        ":",
        trigger,
        source.value(),
        view.systemId(),
        Integer.toString(view.timeline()),
        view.lsn().toString());
  }

  private static Reading reading(Verdict verdict, String seen) {
    return switch (verdict.result()) {
      case OK, FAILED -> new Reading.Text(verdict.result().wire());
      case UNKNOWN -> new Reading.Unknown(seen);
    };
  }

  private static Status status(Verdict verdict) {
    return switch (verdict.result()) {
      case OK -> Status.OK;
      case FAILED -> Status.FAILED;
      case UNKNOWN -> Status.UNKNOWN;
    };
  }

  private void connect(String component, ServerView view) {
    Status status =
        switch (view.seen()) {
          case ServerView.Answered ignored -> Status.OK;
          case ServerView.Refused ignored -> Status.FAILED;
          case ServerView.Silent ignored -> Status.UNKNOWN;
        };
    Optional<Double> millis = view.answered().map(a -> (double) a.took().toMillis());
    board.observed(component, "connect", status, millis, view.text(), view.at());
  }

  private void receiver(ServerView standby) {
    ServerView.Receiver receiver =
        standby
            .answered()
            .<ServerView.Receiver>map(ServerView.Answered::receiver)
            .orElseGet(() -> new ServerView.Receiver.Hidden(standby.text()));
    Status status =
        switch (receiver) {
          case ServerView.Receiver.Streaming ignored -> Status.OK;
          case ServerView.Receiver.NotStreaming ignored -> Status.FAILED;
          case ServerView.Receiver.None ignored -> Status.UNKNOWN;
          case ServerView.Receiver.Hidden ignored -> Status.UNKNOWN;
        };
    String detail =
        switch (receiver) {
          case ServerView.Receiver.Streaming s ->
              "streaming, primary heard " + s.lastMessageAge().toMillis() + " ms ago";
          case ServerView.Receiver.NotStreaming n -> n.reason();
          case ServerView.Receiver.None ignored -> standby.server() + " is no standby";
          case ServerView.Receiver.Hidden h -> h.reason();
        };
    board.observed(STANDBY, "wal-receiver", status, Optional.empty(), detail, standby.at());
  }

  /** How bad a lag is depends on the workload: a known one is reported, not judged. */
  private void lag(ServerView primary, ServerView standby, Instant at) {
    Optional<Lsn> written =
        primary.answered().filter(a -> !a.inRecovery()).map(ServerView.Answered::lsn);
    Optional<Lsn> received =
        standby.answered().filter(ServerView.Answered::inRecovery).map(ServerView.Answered::lsn);
    if (written.isPresent() && received.isPresent()) {
      double bytes = Math.max(0, written.get().bytesSince(received.get()));
      board.observed(
          STANDBY,
          "replication-lag",
          Status.OK,
          Optional.of(bytes),
          "primary at " + written.get() + ", standby received " + received.get(),
          at);
    } else {
      board.observed(
          STANDBY,
          "replication-lag",
          Status.UNKNOWN,
          Optional.empty(),
          "needs a primary and a standby that answer",
          at);
    }
  }

  private void canary(WriteCanary.Outcome outcome, ServerView primary) {
    switch (outcome) {
      case WriteCanary.Outcome.Written written ->
          board.observed(
              PRIMARY,
              "write-canary",
              Status.OK,
              Optional.of((double) written.took().toMillis()),
              "committed on " + primary.server(),
              clock.instant());
      case WriteCanary.Outcome.Failed failed ->
          board.observed(
              PRIMARY,
              "write-canary",
              Status.FAILED,
              Optional.empty(),
              failed.reason(),
              clock.instant());
      case WriteCanary.Outcome.Unknown unknown ->
          board.observed(
              PRIMARY,
              "write-canary",
              Status.UNKNOWN,
              Optional.empty(),
              unknown.reason(),
              clock.instant());
    }
  }
}
