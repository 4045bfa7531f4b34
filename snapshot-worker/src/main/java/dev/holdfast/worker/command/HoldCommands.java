/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.command;

import dev.holdfast.events.AuditEvent.OperationRecorded;
import dev.holdfast.events.BackupCommand.OfHold;
import dev.holdfast.events.BackupCommand.PlaceLegalHold;
import dev.holdfast.events.BackupCommand.ReleaseLegalHold;
import dev.holdfast.events.BackupEvent.HeldRegion;
import dev.holdfast.events.BackupEvent.HoldAction;
import dev.holdfast.events.BackupEvent.LegalHoldFailed;
import dev.holdfast.events.BackupEvent.LegalHoldPlaced;
import dev.holdfast.events.BackupEvent.LegalHoldReleased;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.EventPublisher;
import dev.holdfast.model.RegionId;
import dev.holdfast.vault.HoldRecord;
import dev.holdfast.vault.HoldRelease;
import dev.holdfast.vault.LegalHolds.InRegion;
import dev.holdfast.vault.LegalHolds.Result;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.StoreException;
import dev.holdfast.worker.VaultHolds;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Places and releases legal holds. A command that comes again after the worker died goes on from
 * what the vault records, and is answered as if it had come once.
 */
@ApplicationScoped
class HoldCommands {

  private final VaultHolds holds;
  private final EventPublisher publisher;
  private final InstantSource clock;

  HoldCommands(VaultHolds holds, EventPublisher publisher, InstantSource clock) {
    this.holds = holds;
    this.publisher = publisher;
    this.clock = clock;
  }

  /** Returns when the command is answered. */
  void place(PlaceLegalHold command, Correlation correlation) {
    try {
      Result result = holds.place(command);
      HoldRecord placed = result.hold().placed();
      publisher.publish(
          new LegalHoldPlaced(
              placed.source(),
              placed.hold(),
              placed.name(),
              placed.reason(),
              placed.target(),
              placed.scope().position(),
              placed.requestedBy(),
              placed.at(),
              regions(result),
              clock.instant()),
          correlation);
      if (!placed.hold().equals(command.hold())) {
        // Who waits for the one that was asked for has to hear of it.
        failed(
            command,
            HoldAction.PLACE,
            "it is in force already as " + placed.hold() + ", which was completed",
            correlation);
      }
      audit(command, HoldAction.PLACE, placed, result, correlation);
    } catch (VaultException | StoreException e) {
      refused(command, HoldAction.PLACE, e, correlation);
    }
  }

  /** Likewise. */
  void release(ReleaseLegalHold command, Correlation correlation) {
    try {
      Result result = holds.release(command);
      HoldRecord placed = result.hold().placed();
      HoldRelease released = result.hold().released().orElseThrow();
      publisher.publish(
          new LegalHoldReleased(
              placed.source(),
              placed.hold(),
              placed.name(),
              released.releaseReason(),
              released.releasedBy(),
              released.at(),
              regions(result),
              clock.instant()),
          correlation);
      audit(command, HoldAction.RELEASE, placed, result, correlation);
    } catch (VaultException | StoreException e) {
      refused(command, HoldAction.RELEASE, e, correlation);
    }
  }

  private static List<HeldRegion> regions(Result result) {
    return result.regions().stream()
        .map(
            it ->
                new HeldRegion(
                    new RegionId(it.region()),
                    it.changed(),
                    it.already(),
                    it.failed(),
                    it.names(),
                    it.problem()))
        .toList();
  }

  private void refused(
      OfHold command, HoldAction action, RuntimeException because, Correlation correlation) {
    String error = String.valueOf(because.getMessage());
    failed(command, action, error, correlation);
    audit(command, action, "failed", "'" + command.hold() + "': " + error, correlation);
  }

  private void failed(OfHold command, HoldAction action, String error, Correlation correlation) {
    publisher.publish(
        new LegalHoldFailed(
            command.source(),
            command.hold(),
            action,
            command.requestedBy(),
            error,
            clock.instant()),
        correlation);
  }

  private void audit(
      OfHold command, HoldAction action, HoldRecord hold, Result result, Correlation correlation) {
    audit(
        command,
        action,
        result.complete() ? "completed" : "failed",
        "'"
            + hold.name()
            + "' ("
            + hold.hold()
            + ") on "
            + hold.target()
            + ": "
            + result.regions().stream()
                .map(HoldCommands::inWords)
                .collect(Collectors.joining(", ")),
        correlation);
  }

  private static String inWords(InRegion region) {
    return region.region()
        + " "
        + region.changed()
        + " objects, "
        + region.already()
        + " were before"
        + (region.failed() > 0 ? ", " + region.failed() + " not there" : "")
        + region.problem().map(problem -> ", " + problem).orElse("");
  }

  private void audit(
      OfHold command, HoldAction action, String outcome, String detail, Correlation correlation) {
    publisher.publish(
        new OperationRecorded(
            command.requestedBy(),
            switch (action) {
              case PLACE -> "place-legal-hold";
              case RELEASE -> "release-legal-hold";
            },
            "source/" + command.source(),
            outcome,
            detail,
            clock.instant()),
        correlation);
  }
}
