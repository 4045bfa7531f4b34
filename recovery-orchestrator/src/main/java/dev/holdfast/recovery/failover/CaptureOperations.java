/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.OwnObjects;
import dev.holdfast.postgres.base.ReplicationSlots;
import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.recovery.run.Operations.Context;
import dev.holdfast.recovery.run.Outcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Prepares the new primary for the capture side: its slot, and the note that proves that nothing
 * was written before it. Where that cannot be had, clients are let in all the same, and the hole is
 * announced: an outage is worse.
 */
@ApplicationScoped
public class CaptureOperations {

  private final SourceSetups setups;
  private final RecoveryConfig config;
  private final InstantSource clock;

  CaptureOperations(SourceSetups setups, RecoveryConfig config, InstantSource clock) {
    this.setups = setups;
    this.config = config;
    this.clock = clock;
  }

  public Outcome createSlot(Context context) {
    SourceSetup setup = setups.of(context.run().source());
    Connections primary = setup.standby().orElseThrow();
    try {
      ReplicationSlots slots = new ReplicationSlots(primary);
      Optional<SlotState> found = slots.inspect(setup.slot());
      boolean stale =
          found
              .filter(
                  slot ->
                      slot.lost()
                          || (!slot.synced()
                              && slot.confirmedFlush()
                                  .isBefore(context.facts().lsn(Fact.FORK).orElseThrow())))
              .isPresent();
      if (stale) {
        // From a time when this server was primary before. One that was synchronised from the old
        // primary is none of those: it has all that followed what the chain acknowledged.
        slots.drop(setup.slot());
      }
      if (found.isEmpty() || stale) {
        create(primary, setup.slot(), config.slotTimeout());
      }
      // Counted after the slot is there: what it can have missed is in, and maybe more.
      long between = xidsSincePromotion(context, primary);
      return Outcome.done(
          "slot "
              + setup.slot()
              + (found.isEmpty() || stale ? " created" : " was there already")
              + "; transactions that began since the promotion: "
              + between,
          Facts.of(Fact.SLOT, setup.slot()).with(Fact.XIDS_BETWEEN, between));
    } catch (PostgresException e) {
      return hole(context, "the slot " + setup.slot() + " could not be created: " + e.what());
    }
  }

  private static void create(Connections primary, String slot, Duration timeout) {
    try (ServerSession session = ServerSession.open(primary, timeout)) {
      session.ask(
          "SELECT pg_catalog.pg_create_logical_replication_slot(?, ?)::pg_catalog.text",
          slot,
          ReplicationSlots.PLUGIN);
    }
  }

  private long xidsSincePromotion(Context context, Connections primary) {
    try (ServerSession session = ServerSession.open(primary, config.slotTimeout())) {
      long at = context.facts().number(Fact.XID_AT_PROMOTION).orElseThrow();
      return Math.max(0, session.nextXid() - at);
    }
  }

  public Outcome recordFork(Context context) {
    Facts facts = context.facts();
    if (facts.text(Fact.SLOT).isEmpty()) {
      return Outcome.done("there is no slot to record");
    }
    Connections primary = setups.of(context.run().source()).standby().orElseThrow();
    Connections writing = ServerSession.writing(primary);
    try {
      new OwnObjects(writing).create();
      try (ServerSession session = ServerSession.open(writing, config.slotTimeout())) {
        session.ask(
            """
            INSERT INTO holdfast.promotion (slot, timeline, fork, xids_between, at)
            VALUES (?, ?, ?::pg_catalog.pg_lsn, ?, pg_catalog.clock_timestamp())
            ON CONFLICT (slot) DO UPDATE SET timeline = EXCLUDED.timeline, fork = EXCLUDED.fork,
              xids_between = EXCLUDED.xids_between, at = EXCLUDED.at
            """,
            facts.need(Fact.SLOT),
            Integer.parseInt(facts.need(Fact.TIMELINE)),
            facts.need(Fact.FORK),
            facts.number(Fact.XIDS_BETWEEN).orElseThrow());
      }
      return Outcome.done("fork " + facts.need(Fact.FORK) + " recorded for the capture side");
    } catch (PostgresException e) {
      return hole(context, "the fork could not be recorded: " + e.what());
    }
  }

  private Outcome hole(Context context, String why) {
    return new Outcome.Done(
        why + "; clients are let in all the same, and a new base snapshot is needed",
        Facts.NONE,
        List.of(
            new AlertRaised(
                context.run().id() + "/capture",
                "high",
                "source/" + context.run().source(),
                "what is written to the new primary cannot be protected without a gap",
                why + "; see that the snapshot worker takes a new base snapshot",
                clock.instant())),
        Optional.empty());
  }
}
