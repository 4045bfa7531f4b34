/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.procedure.Objective;
import dev.holdfast.recovery.procedure.Procedures;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.recovery.run.Operations.Context;
import dev.holdfast.recovery.run.Outcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How far a failure goes: what answers, what the standby has, who depends on it. Changes nothing.
 */
@ApplicationScoped
public class ScopeOperations {

  private final SourceSetups setups;
  private final Procedures procedures;
  private final Duration answer;

  ScopeOperations(SourceSetups setups, Procedures procedures, RecoveryConfig config) {
    this.setups = setups;
    this.procedures = procedures;
    this.answer = config.connectTimeout();
  }

  /** What a server shows. */
  private sealed interface Seen {
    record Primary() implements Seen {}

    record Standby() implements Seen {}

    record Away(String why) implements Seen {}

    /** It lives, and does not let us in or does not take a write. */
    record Refuses(String why) implements Seen {}
  }

  public Outcome checkConnections(Context context) {
    SourceSetup setup = setups.of(context.run().source());
    Facts facts = Facts.of(Fact.OLD_PRIMARY, setup.primaryServer());
    String standbyText;
    switch (look(setup.primary())) {
      case Seen.Primary ignored -> {
        return new Outcome.NotNeeded(
            "the primary " + setup.primaryServer() + " answers and takes writes");
      }
      case Seen.Standby ignored -> {
        return new Outcome.Failed(
            setup.primaryServer()
                + " is configured as the primary and is a standby: roles have changed; correct "
                + setup.key("primary-url")
                + " and "
                + setup.key("standby-url"));
      }
      case Seen.Away(String why) -> standbyText = "the primary does not answer (" + why + "); ";
      case Seen.Refuses(String why) -> {
        return new Outcome.Failed(
            "the primary "
                + setup.primaryServer()
                + " is alive, but refuses this service: "
                + why
                + "; nothing was changed");
      }
    }
    if (setup.standby().isEmpty()) {
      return Outcome.done(standbyText + "no standby is configured", facts);
    }
    Connections standby = setup.standby().get();
    return switch (look(standby)) {
      case Seen.Standby ignored ->
          Outcome.done(
              standbyText + "the standby " + server(standby) + " does",
              facts.with(Fact.STANDBY, server(standby)));
      case Seen.Primary ignored ->
          new Outcome.NotNeeded(
              server(standby)
                  + " was promoted already and takes writes; repoint clients if they do not reach"
                  + " it");
      case Seen.Away(String why) ->
          Outcome.done(standbyText + "nor does the standby (" + why + ")", facts);
      case Seen.Refuses(String why) ->
          new Outcome.Failed("the standby cannot be used: " + why + "; nothing was changed");
    };
  }

  private static String server(Connections connections) {
    return connections.url().servers().getFirst().toString();
  }

  private Seen look(Connections server) {
    try (ServerSession session = ServerSession.open(server, answer)) {
      if (session.isInRecovery()) {
        return new Seen.Standby();
      }
      session.tryToWrite();
      return new Seen.Primary();
    } catch (PostgresException e) {
      return e.reason() == PostgresException.Reason.UNREACHABLE
          ? new Seen.Away(e.what())
          : new Seen.Refuses(e.getMessage() == null ? e.what() : e.getMessage());
    }
  }

  public Outcome measureReplicationLag(Context context) {
    SourceSetup setup = setups.of(context.run().source());
    if (context.facts().text(Fact.STANDBY).isEmpty()) {
      return Outcome.done("there is no standby to measure");
    }
    try (ServerSession session = ServerSession.open(setup.standby().orElseThrow(), answer)) {
      var received = session.received();
      Facts facts = Facts.of(Fact.STANDBY_RECEIVED, received);
      Optional<String> last =
          session.ask(
              "SELECT pg_catalog.to_char(pg_catalog.pg_last_xact_replay_timestamp() AT TIME ZONE"
                  + " 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
      if (last.isPresent()) {
        facts = facts.with(Fact.LAST_REPLAYED_COMMIT, last.get());
      }
      return Outcome.done(
          "the standby has the log up to "
              + received
              + ", replayed up to "
              + session.replayed()
              + last.map(time -> ", last commit of " + time).orElse(", no commit yet"),
          facts);
    }
  }

  public Outcome listAffectedServices(Context context) {
    List<Objective> affected =
        procedures.objectives().affectedBy(context.run().procedure().objective());
    return Outcome.done(
        affected.stream()
            .map(o -> o.id() + " (" + o.priority() + ", RTO " + o.rto() + " s)")
            .collect(Collectors.joining(", ")));
  }
}
