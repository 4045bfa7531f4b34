/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.slot;

import dev.holdfast.events.AlertEvent;
import dev.holdfast.events.AuditEvent;
import dev.holdfast.model.SourceId;
import dev.holdfast.monitor.watch.Announcer;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/**
 * One source's slot: each look judges the log behind it. People are told when it becomes dangerous,
 * again every hour while it is, and when it is over.
 */
final class SlotWatch {

  private static final Logger LOG = Logger.getLogger(SlotWatch.class);
  private static final Duration REPEAT = Duration.ofHours(1);

  private final SourceId source;
  private final String slot;
  private final SlotAccess access;
  private final SlotPolicy policy;
  private final Announcer announcer;
  private final InstantSource clock;
  private final SlotGrowth growth = new SlotGrowth();

  private Optional<Instant> alertedAt = Optional.empty();
  private volatile Optional<SlotView> view = Optional.empty();

  SlotWatch(
      SourceId source,
      String slot,
      SlotAccess access,
      SlotPolicy policy,
      Announcer announcer,
      InstantSource clock) {
    this.source = source;
    this.slot = slot;
    this.access = access;
    this.policy = policy;
    this.announcer = announcer;
    this.clock = clock;
  }

  /** Empty before the first look. */
  Optional<SlotView> view() {
    return view;
  }

  /** Looks once; called by one thread at a time. */
  void look() {
    Instant at = clock.instant();
    Optional<SlotState> seen;
    try {
      seen = access.look();
    } catch (PostgresException e) {
      // Whether the source is away is another probe's question; what was seen last stays told.
      show(at, "unknown", "the source does not answer: " + e.what());
      return;
    }
    if (seen.isEmpty()) {
      growth.clear();
      over(at, "the slot is gone");
      show(at, "absent", "there is no slot " + slot + ": nothing is kept, and nothing streams");
      return;
    }
    judge(at, seen.get());
  }

  private void judge(Instant at, SlotState seen) {
    growth.add(at, seen.retainedBytes());
    String text = text(seen);
    switch (policy.judge(seen, alertedAt.isPresent())) {
      case NONE -> {
        over(at, text);
        show(at, "ok", text, seen);
      }
      case ALERT -> {
        alert(
            at,
            seen.active() ? "high" : "critical",
            text,
            "let capture catch up: see './holdfast status' and './holdfast doctor --source "
                + source
                + "'; without a fix the source's disk fills, or the slot is lost");
        show(at, "alert", text, seen);
      }
      case LOST -> {
        growth.clear();
        alert(
            at,
            "critical",
            "the source has invalidated the slot " + slot,
            "see that capture runs: it records a hole and takes a new base by itself; raise"
                + " max_slot_wal_keep_size so that it does not happen again");
        show(at, "lost", "the source has invalidated the slot", seen);
      }
      case GIVE_UP -> giveUp(at, seen, text);
    }
  }

  private void giveUp(Instant at, SlotState seen, String text) {
    String outcome;
    String detail;
    try {
      access.giveUp();
      outcome = "completed";
      detail = text + ": the slot was dropped to save the source's disk";
      growth.clear();
      show(at, "absent", detail);
    } catch (PostgresException e) {
      outcome = "failed";
      detail = text + ": the slot could not be dropped: " + e.what();
      show(at, "alert", detail, seen);
    }
    LOG.errorf("slot of source %s given up, %s: %s", source, outcome, detail);
    announcer.say(
        new AuditEvent.OperationRecorded(
            "failover-monitor", "give-up-slot", subject(), outcome, detail, at),
        subject());
    alertedAt = Optional.empty();
    alert(
        at,
        "critical",
        detail,
        outcome.equals("completed")
            ? "changes that the slot still held are lost to the stream: capture records a hole and"
                + " takes a new base as soon as it runs again"
            : "drop the slot yourself: SELECT pg_drop_replication_slot('" + slot + "')");
  }

  private void alert(Instant at, String severity, String title, String action) {
    if (alertedAt.filter(told -> at.isBefore(told.plus(REPEAT))).isPresent()) {
      return;
    }
    alertedAt = Optional.of(at);
    LOG.warnf("source %s: %s", source, title);
    announcer.say(
        new AlertEvent.AlertRaised("slot-retains-log", severity, subject(), title, action, at),
        subject());
  }

  private void over(Instant at, String title) {
    if (alertedAt.isPresent()) {
      alertedAt = Optional.empty();
      announcer.say(
          new AlertEvent.AlertRaised(
              "slot-retains-log-over", "info", subject(), title, "nothing", at),
          subject());
    }
  }

  private String text(SlotState seen) {
    OptionalLong left = policy.left(seen);
    StringBuilder text =
        new StringBuilder("the slot " + slot + " holds back " + mib(seen.retainedBytes()))
            .append(" of log on the source's disk")
            .append(seen.active() ? "" : ", and nobody streams from it");
    if (growth.perSecond() >= 1) {
      text.append("; it grows by ").append(mib((long) (growth.perSecond() * 60))).append("/min");
    }
    if (left.isPresent()) {
      text.append("; gone after ").append(mib(left.getAsLong())).append(" more");
      growth
          .until(left.getAsLong())
          .ifPresent(in -> text.append(", in about ").append(in.toMinutes()).append(" min"));
    } else {
      text.append("; nothing limits it");
    }
    return text.toString();
  }

  private void show(Instant at, String state, String detail) {
    view =
        Optional.of(
            new SlotView(
                source.value(),
                slot,
                state,
                detail,
                at,
                false,
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty()));
  }

  private void show(Instant at, String state, String detail, SlotState seen) {
    OptionalLong left = policy.left(seen);
    view =
        Optional.of(
            new SlotView(
                source.value(),
                slot,
                state,
                detail,
                at,
                seen.active(),
                Optional.of(seen.retainedBytes()),
                left.isPresent() ? Optional.of(left.getAsLong()) : Optional.empty(),
                growth.perSecond(),
                left.isPresent()
                    ? growth.until(left.getAsLong()).map(Duration::toSeconds)
                    : Optional.empty()));
  }

  private String subject() {
    return "source/" + source;
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
  }
}
