/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import dev.holdfast.events.RecoveryEvent.PrimaryPromoted;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Server;
import dev.holdfast.postgres.base.OwnObjects;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.run.Approval;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.recovery.run.Operations.Context;
import dev.holdfast.recovery.run.Outcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Sends clients to the new primary, and sees that they can write there. */
@ApplicationScoped
public class ClientOperations {

  private final SourceSetups setups;
  private final Hooks hooks;
  private final RecoveryConfig config;
  private final InstantSource clock;

  ClientOperations(SourceSetups setups, Hooks hooks, RecoveryConfig config, InstantSource clock) {
    this.setups = setups;
    this.hooks = hooks;
    this.config = config;
    this.clock = clock;
  }

  public Outcome repoint(Context context) throws InterruptedException {
    SourceSetup setup = setups.of(context.run().source());
    Server server = setup.standby().orElseThrow().url().servers().getFirst();
    String why;
    if (setup.endpoint().isPresent()) {
      switch (hooks.repoint(setup.endpoint().get(), setup.token(), server)) {
        case Hooks.Answer.Ok ignored -> {
          return repointed(context, server, "clients are sent to " + server);
        }
        case Hooks.Answer.No(String reason) -> why = "the hook failed: " + reason;
      }
    } else {
      why = "no hook is configured (" + setup.key("endpoint-url") + ")";
    }
    Optional<Approval> word = context.approval().filter(Approval::approved);
    return word.isPresent()
        ? repointed(context, server, "clients are sent to " + server + ", says " + word.get().by())
        : new Outcome.NeedsPerson("point the clients to " + server + ", then approve: " + why);
  }

  private Outcome repointed(Context context, Server server, String detail) {
    Facts facts = context.facts();
    Instant now = clock.instant();
    return new Outcome.Done(
        detail,
        Facts.of(Fact.REPOINTED_AT, now),
        List.of(
            new PrimaryPromoted(
                context.run().id(),
                context.run().source(),
                server.host(),
                server.port(),
                Integer.parseInt(facts.need(Fact.TIMELINE)),
                facts.lsn(Fact.FORK).orElseThrow(),
                facts.instant(Fact.PROMOTED_AT).orElse(now))),
        Optional.empty());
  }

  public Outcome verifyWrites(Context context) throws InterruptedException {
    SourceSetup setup = setups.of(context.run().source());
    Connections way = setup.clients().or(setup::standby).orElseThrow();
    int wanted = Integer.parseInt(context.facts().need(Fact.TIMELINE));
    int[] seen = {0};
    boolean written =
        Until.holds(
            config.verifyTimeout(),
            () -> {
              seen[0] = write(way);
              return seen[0] == wanted;
            });
    if (!written) {
      return new Outcome.Failed(
          "clients write to timeline "
              + seen[0]
              + " at "
              + way.describe()
              + ", not to "
              + wanted
              + ": they reach another server than "
              + context.facts().need(Fact.STANDBY));
    }
    return Outcome.done(
        "a write at "
            + way.describe()
            + (setup.clients().isPresent() ? ", the clients' way," : "")
            + " is on timeline "
            + wanted,
        Facts.of(Fact.VERIFIED_AT, clock.instant()));
  }

  /** Commits a write as a client would, and returns the timeline it is on. */
  private int write(Connections way) {
    try (ServerSession session = ServerSession.open(way, config.connectTimeout())) {
      if (session.ask("SELECT pg_catalog.to_regclass('holdfast.heartbeat')").isPresent()) {
        OwnObjects.beat(session.sql());
      } else {
        session.tryToWrite();
      }
      return session.timeline();
    } catch (SQLException e) {
      throw PostgresException.of(e, "writing", way.describe());
    }
  }

  public Outcome resumeServices(Context context) throws InterruptedException {
    SourceSetup setup = setups.of(context.run().source());
    if (setup.resume().isEmpty()) {
      return Outcome.done(
          "nothing to call (" + setup.key("resume-url") + "): clients reconnect by themselves");
    }
    var body =
        java.util.Map.of("run", context.run().id().value(), "source", setup.source().value());
    return switch (hooks.post(setup.resume().get(), setup.token(), body)) {
      case Hooks.Answer.Ok ignored -> Outcome.done(setup.resume().get() + " was called");
      case Hooks.Answer.No(String reason) -> new Outcome.Failed(reason);
    };
  }

  public Outcome verifyServices(Context context) throws InterruptedException {
    SourceSetup setup = setups.of(context.run().source());
    if (setup.services().isEmpty()) {
      return Outcome.done(
          "no service is configured to be asked (" + setup.key("service-urls") + ")");
    }
    for (var service : setup.services()) {
      long end = System.nanoTime() + config.verifyTimeout().toNanos();
      // Services belong to others: our token is not for them.
      Hooks.Answer answer = hooks.get(service, Optional.empty());
      while (answer instanceof Hooks.Answer.No && System.nanoTime() < end) {
        Thread.sleep(Duration.ofMillis(500));
        answer = hooks.get(service, Optional.empty());
      }
      if (answer instanceof Hooks.Answer.No(String reason)) {
        return new Outcome.Failed(reason);
      }
    }
    return Outcome.done(setup.services().size() + " services work");
  }

  private static final int SAMPLES = 20;

  /** How long a client waits to connect, and to commit a write. */
  public Outcome observePerformance(Context context) {
    SourceSetup setup = setups.of(context.run().source());
    if (context.facts().text(Fact.TIMELINE).isEmpty()) {
      return Outcome.done("no server was promoted; the restored one was verified as it was filled");
    }
    Connections way = setup.clients().or(setup::standby).orElseThrow();
    long[] micros = new long[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      long start = System.nanoTime();
      int timeline = write(way);
      micros[i] = (System.nanoTime() - start) / 1_000;
      if (timeline != Integer.parseInt(context.facts().need(Fact.TIMELINE))) {
        return new Outcome.Failed("a write went to timeline " + timeline);
      }
    }
    java.util.Arrays.sort(micros);
    return Outcome.done(
        "connect, write and commit: median "
            + millis(micros[SAMPLES / 2])
            + " ms, slowest "
            + millis(micros[SAMPLES - 1])
            + " ms, of "
            + SAMPLES);
  }

  private static String millis(long micros) {
    return String.format(java.util.Locale.ROOT, "%.1f", micros / 1000.0);
  }
}
