/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.events.BackupEvent;
import dev.holdfast.events.BackupEvent.ChainEvent;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the world is told about a manifest. */
final class ChainEvents {

  private ChainEvents() {}

  /**
   * Empty for what is recorded of definitions and single tables: whoever follows the chain finds it
   * with the next segment.
   */
  static Optional<ChainEvent> of(Manifest manifest) {
    SourceId source = manifest.source();
    long number = manifest.number();
    @Nullable ChainEvent event =
        switch (manifest.entry()) {
          case ChainEntry.SchemaRecorded _ -> null;
          case ChainEntry.TablesLost _ -> null;
          case ChainEntry.TableBaseSealed _ -> null;
          case ChainEntry.EpochOpened e ->
              new BackupEvent.EpochOpened(
                  source, number, e.epoch(), e.slot(), e.start(), manifest.at());
          case ChainEntry.BaseSealed e ->
              new BackupEvent.BaseSealed(
                  source,
                  number,
                  e.epoch(),
                  e.base(),
                  e.position(),
                  e.tables(),
                  e.rows(),
                  e.index().size() + e.objects().stream().mapToLong(ObjectRef::size).sum(),
                  e.snapshotAt(),
                  manifest.at());
          case ChainEntry.SegmentSealed e ->
              new BackupEvent.SegmentSealed(
                  source,
                  number,
                  e.epoch(),
                  e.timeline(),
                  e.from(),
                  e.through(),
                  e.lastCommit(),
                  e.coveredAt(),
                  e.transactions(),
                  e.changes(),
                  bytes(e));
          case ChainEntry.HoleRecorded e ->
              new BackupEvent.HoleRecorded(
                  source, number, e.epoch(), e.after(), e.reason(), e.at());
          case ChainEntry.RestorePoint e ->
              new BackupEvent.RestorePointCreated(
                  source, number, e.epoch(), e.name(), e.position(), e.requestedBy(), e.at());
          case ChainEntry.TimelineSwitched e ->
              new BackupEvent.TimelineSwitched(
                  source,
                  number,
                  e.epoch(),
                  e.fromTimeline(),
                  e.toTimeline(),
                  e.fork(),
                  e.orphanedTransactions(),
                  e.at());
        };
    return Optional.ofNullable(event);
  }

  static long bytes(ChainEntry.SegmentSealed segment) {
    return segment.bodies().stream().mapToLong(ObjectRef::size).sum();
  }
}
