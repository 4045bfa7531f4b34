/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Position;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseExporter;
import dev.holdfast.postgres.base.BaseProgress;
import dev.holdfast.postgres.base.CatalogState;
import dev.holdfast.postgres.base.ChunkSink;
import dev.holdfast.postgres.base.ExportedTables;
import dev.holdfast.postgres.base.SchemaExporter;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.ddl.DdlLog;
import dev.holdfast.postgres.ddl.SchemaTransition;
import dev.holdfast.postgres.ddl.SchemaTransition.Lost;
import dev.holdfast.postgres.ddl.SchemaTransition.Outcome;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.worker.chain.ChainState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Records definitions that were changed without a note: what they are at an exact position, and the
 * rows that every table which is not as it was has there.
 */
final class Redefinition {

  private final CaptureContext context;
  private final SourceCapture capture;
  private final SourceBackups backups;

  Redefinition(CaptureContext context, SourceCapture capture, SourceBackups backups) {
    this.context = context;
    this.capture = capture;
    this.backups = backups;
  }

  /** What was seen at one position, and stored. */
  private record Seen(
      TakenSnapshot snapshot,
      List<Lost> lost,
      Set<Long> read,
      SchemaExporter.Exported definitions,
      Optional<ExportedTables> tables) {}

  /**
   * Records them, or that it takes a base of all.
   *
   * @param id of the table base, if there is one
   * @return where they stand; empty when there was nothing to record
   * @throws PostgresException when it has to be tried again
   */
  Optional<Position> record(String id) throws InterruptedException {
    ChainState state = backups.chain().state();
    long stream = capture.expectations().stream();
    Optional<CatalogState> before = before(state.schema().catalog().orElseThrow());
    if (before.isEmpty()) {
      giveUp(state, "nobody knows any more what the definitions were before");
      return Optional.empty();
    }
    Optional<Seen> seen = seen(state, before.get());
    if (seen.isEmpty()) {
      return Optional.empty();
    }
    awaitStream();
    ChainState now = backups.chain().state();
    if (capture.expectations().stream() != stream || now.epoch() != state.epoch()) {
      throw again("the stream began anew while changed definitions were being recorded", null);
    }
    if (!seen.get().read().containsAll(now.lost().open())) {
      throw again("the stream told of more tables while changed definitions were recorded", null);
    }
    append(id, state, seen.get());
    return Optional.of(seen.get().snapshot().position());
  }

  /** The definitions that the chain names. */
  private Optional<CatalogState> before(String catalog) {
    try (Connection connection = open()) {
      return CatalogState.load(connection, catalog);
    } catch (SQLException e) {
      throw PostgresException.of(e, "reading kept definitions", context.source().value());
    }
  }

  private Connection open() {
    return context.connections().named("holdfast-schema").primary().open();
  }

  /** Empty when there is nothing to record: a base of all is needed, or nobody knows since when. */
  private Optional<Seen> seen(ChainState state, CatalogState before) throws InterruptedException {
    AtomicReference<Outcome> found = new AtomicReference<>();
    Set<Long> read = new HashSet<>();
    BaseExporter exporter = backups.exporter();
    TakenSnapshot taken =
        exporter.takeTablesBesideSlot(
            after -> {
              Outcome outcome = SchemaTransition.betweenUnnoted(before, after, context.slot());
              found.set(outcome);
              read.clear();
              if (outcome instanceof Outcome.Covered covered) {
                covered.lost().forEach(lost -> read.add(lost.table().oid()));
                read.addAll(state.lost().open());
              }
              return read;
            });
    try (TakenSnapshot snapshot = taken) {
      boolean sameRows = before.fingerprint().rows().equals(snapshot.fingerprint().rows());
      if (state.schema().unnotedSince().isEmpty() && !sameRows) {
        // Since when, the next seal finds out.
        return Optional.empty();
      }
      return switch (found.get()) {
        case Outcome.NotCovered(String reason) -> {
          giveUp(state, reason);
          yield Optional.empty();
        }
        case Outcome.Covered covered -> {
          ChunkSink sink =
              PatientSink.into(backups.vault().writer(), state.epoch(), capture.storeRetry());
          SchemaExporter.Exported definitions =
              exporter.exportDefinitions(snapshot, List.of(), sink);
          Optional<ExportedTables> tables =
              read.isEmpty()
                  ? Optional.empty()
                  : Optional.of(exporter.exportTables(snapshot, sink, BaseProgress.Listener.NONE));
          yield Optional.of(new Seen(snapshot, covered.lost(), read, definitions, tables));
        }
      };
    }
  }

  /** Whatever the stream tells of before the snapshot is known afterwards. */
  private void awaitStream() {
    try {
      capture.seal().join();
    } catch (CompletionException e) {
      throw again(
          "the stream did not come as far as the definitions that are to be recorded: "
              + e.getMessage(),
          e);
    }
  }

  private static PostgresException again(String why, @Nullable Throwable cause) {
    return new PostgresException(
        PostgresException.Reason.SCHEMA_CHANGED, null, why, "it is tried again", cause);
  }

  private void append(String id, ChainState state, Seen seen) throws InterruptedException {
    TakenSnapshot snapshot = seen.snapshot();
    Position at = snapshot.position();
    CatalogState after = snapshot.state();
    keep(after);
    backups.fits(after, at);
    if (!seen.lost().isEmpty()) {
      backups.breaks().lost(state.schema().unnotedSince().orElse(at), seen.lost());
    }
    if (seen.tables().isPresent()) {
      ExportedTables tables = seen.tables().get();
      backups
          .chain()
          .append(
              new ChainEntry.TableBaseSealed(
                  state.epoch(),
                  id,
                  at,
                  snapshot.at(),
                  List.copyOf(seen.read()),
                  tables.reference(),
                  tables.objects(),
                  tables.index().rows()));
    }
    backups
        .chain()
        .append(
            new SchemaRecorded(
                state.epoch(),
                at,
                SchemaRecorded.UNNOTED,
                context.clock().instant(),
                Optional.of(after.fingerprint().text()),
                Optional.of(seen.definitions().index()),
                seen.definitions().objects()));
    forget(after, snapshot);
  }

  /**
   * Before it is in the chain: a worker that starts after a crash looks for what the chain names.
   */
  private void keep(CatalogState after) {
    try (Connection connection = open()) {
      after.save(connection);
    } catch (SQLException e) {
      throw PostgresException.of(e, "keeping definitions", context.source().value());
    }
  }

  private void forget(CatalogState after, TakenSnapshot snapshot) {
    try (Connection connection = open()) {
      after.forgetOthers(connection);
      DdlLog.forget(connection, snapshot.noted());
    } catch (SQLException e) {
      throw PostgresException.of(e, "forgetting older definitions", context.source().value());
    }
  }

  private void giveUp(ChainState state, String reason) throws InterruptedException {
    Optional<Position> since = state.schema().unnotedSince();
    if (since.isEmpty()) {
      backups.definitionsNeedBase();
      return;
    }
    Position clean = since.get().at(since.get().lsn().previous());
    backups.breaks().hole(clean, reason);
  }
}
