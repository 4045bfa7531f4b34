/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.ReplicationConnection;
import dev.holdfast.postgres.ReplicationConnection.SystemIdentity;
import dev.holdfast.postgres.ReplicationConnection.TimelineEnd;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.recovery.run.Operations.Context;
import dev.holdfast.recovery.run.Outcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Makes the standby the primary. Ordinary writes are held from before the promotion until the
 * capture side's slot exists, so that no commit of the new primary can miss the backup.
 */
@ApplicationScoped
public class PromotionOperations {

  private static final Duration SETTING = Duration.ofSeconds(10);

  private final SourceSetups setups;
  private final RecoveryConfig config;
  private final InstantSource clock;

  PromotionOperations(SourceSetups setups, RecoveryConfig config, InstantSource clock) {
    this.setups = setups;
    this.config = config;
    this.clock = clock;
  }

  public Outcome holdWrites(Context context) throws InterruptedException {
    if (!context.facts().holds(Fact.FENCED)) {
      return new Outcome.Failed("the old primary is not fenced; nothing is promoted");
    }
    SourceSetup setup = setups.of(context.run().source());
    if (setup.standby().isEmpty()) {
      return new Outcome.Failed(
          "there is no standby to promote: "
              + setup.key("standby-url")
              + " is not set. The remedy is a restore from the backup");
    }
    Connections standby = setup.standby().get();
    try (ServerSession session = ServerSession.open(standby, config.promoteTimeout())) {
      if (!session.isInRecovery()) {
        return Outcome.done(
            "promoted already", Facts.of(Fact.STANDBY, standby.url().servers().getFirst()));
      }
      // Nothing can come any more: what was received has to be replayed before ids are compared.
      boolean replayed =
          Until.holds(
              config.promoteTimeout(), () -> !session.replayed().isBefore(session.received()));
      if (!replayed) {
        return new Outcome.Failed(
            "the standby "
                + standby.describe()
                + " does not replay what it has received ("
                + session.replayed()
                + " of "
                + session.received()
                + "); is its replay paused?");
      }
      Facts facts =
          Facts.of(Fact.STANDBY, standby.url().servers().getFirst())
              .with(Fact.STANDBY_RECEIVED, session.received())
              .with(Fact.XID_BEFORE_PROMOTION, session.nextXid());
      return Outcome.done(setHold(session, standby, true), facts);
    }
  }

  public Outcome promote(Context context) throws InterruptedException {
    if (!context.facts().holds(Fact.FENCED)) {
      return new Outcome.Failed("the old primary is not fenced; nothing is promoted");
    }
    Connections standby = standby(context);
    Duration time = config.promoteTimeout();
    boolean before;
    long xid;
    try (ServerSession session = ServerSession.open(standby, time.plusSeconds(10))) {
      before = !session.isInRecovery();
      if (!before) {
        session.ask("SELECT pg_catalog.pg_promote(true, ?)", Math.toIntExact(time.toSeconds()));
        if (!Until.holds(time, () -> !session.isInRecovery())) {
          String hold = setHold(session, standby, false);
          return new Outcome.Failed(
              "the standby "
                  + standby.describe()
                  + " was not promoted within "
                  + time.toSeconds()
                  + " s; "
                  + hold);
        }
      }
      // After a crash in between, the first query after the promotion was another one: only what
      // was known before it is a safe bound.
      xid =
          before
              ? context.facts().number(Fact.XID_BEFORE_PROMOTION).orElse(session.nextXid())
              : session.nextXid();
    }
    return promoted(standby, xid, before);
  }

  private Outcome promoted(Connections standby, long xid, boolean before) {
    try (ReplicationConnection replication = standby.openReplication()) {
      SystemIdentity system = replication.identifySystem();
      List<TimelineEnd> history = replication.timelineHistory(system.timeline());
      if (history.isEmpty()) {
        return new Outcome.Failed(
            standby.describe() + " is on timeline 1: it never was a standby that got promoted");
      }
      Lsn fork = history.getLast().end();
      return Outcome.done(
          standby.url().servers().getFirst()
              + (before ? " was promoted already" : " is promoted")
              + ": timeline "
              + system.timeline()
              + ", fork at "
              + fork,
          Facts.of(Fact.SYSTEM_ID, system.systemId())
              .with(Fact.TIMELINE, system.timeline())
              .with(Fact.FORK, fork)
              .with(Fact.XID_AT_PROMOTION, xid)
              .with(Fact.PROMOTED_AT, clock.instant()));
    }
  }

  public Outcome allowWrites(Context context) throws InterruptedException {
    Connections primary = standby(context);
    try (ServerSession session = ServerSession.open(primary, config.promoteTimeout())) {
      return Outcome.done(setHold(session, primary, false));
    }
  }

  /**
   * Makes new transactions read-only unless they say otherwise, or lets them write again. Fencing,
   * and clients that are not repointed yet, keep most away; this is for the others. Without the
   * right to do it, the count of transaction ids shows whether somebody wrote.
   */
  private static String setHold(ServerSession session, Connections server, boolean hold)
      throws InterruptedException {
    try {
      session.ask(
          hold
              ? "ALTER SYSTEM SET default_transaction_read_only = on"
              : "ALTER SYSTEM RESET default_transaction_read_only");
      session.ask("SELECT pg_catalog.pg_reload_conf()");
    } catch (PostgresException e) {
      if (e.reason() == PostgresException.Reason.NO_RIGHTS) {
        return (hold ? "ordinary writes cannot be held: " : "nothing was held: ") + e.what();
      }
      throw e;
    }
    boolean seen =
        Until.holds(
            SETTING,
            () -> {
              try (ServerSession fresh = ServerSession.open(server, SETTING)) {
                return fresh.holdsWrites() == hold;
              }
            });
    if (!seen) {
      // Set for a database or role: then it is theirs, and was so before.
      return "default_transaction_read_only did not become " + (hold ? "on" : "off");
    }
    return hold ? "ordinary writes are held until the slot exists" : "ordinary writes are let in";
  }

  private Connections standby(Context context) {
    return setups
        .of(context.run().source())
        .standby()
        .orElseThrow(() -> new IllegalStateException("no standby is configured any more"));
  }
}
