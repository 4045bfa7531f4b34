/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.CatalogFingerprint;
import dev.holdfast.postgres.base.CatalogState;
import dev.holdfast.postgres.base.Publications;
import dev.holdfast.postgres.base.ReplicationSlots;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.ddl.DdlLog;
import dev.holdfast.postgres.ddl.DdlRecord;
import dev.holdfast.postgres.ddl.DdlTriggers;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.chain.ChainState;
import dev.holdfast.worker.chain.SchemaState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings chain and slot to where streaming can begin. Every step is recorded in the chain before
 * the next, so that a worker that dies in between finds where to go on.
 */
final class Opening {

  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

  private final CaptureContext context;
  private final SourceBackups backups;
  private final Chain chain;
  private final SourceCapture capture;
  private final SourceSession session;

  Opening(
      CaptureContext context, SourceBackups backups, SourceCapture capture, SourceSession session) {
    this.context = context;
    this.backups = backups;
    this.chain = backups.chain();
    this.capture = capture;
    this.session = session;
  }

  StreamRun.Start open(Resume resume, SourceView view) throws InterruptedException {
    return switch (resume) {
      case Resume.Continue _ -> goOn();
      case Resume.Switch(Lsn fork, boolean extend) -> {
        if (extend) {
          covered(chain.tip().timeline(), fork);
        }
        switchTimeline(view, fork);
        catchUp(view.slot().orElseThrow().confirmedFlush());
        yield goOn();
      }
      case Resume.CatchUp(Lsn slotStart) -> {
        catchUp(slotStart);
        yield goOn();
      }
      case Resume.Restart restart -> startOver(restart, view);
      case Resume.Wait _, Resume.Refuse _ ->
          throw new IllegalStateException("nothing to open: " + resume);
    };
  }

  /** Goes on from the slot, if the newest base still fits; else what does not fit is recorded. */
  private StreamRun.Start goOn() throws InterruptedException {
    noteDefinitions();
    capture.expectations().restart();
    ChainState state = chain.state();
    Position tip = chain.tip();
    Lsn clean = tip.lsn();
    if (!state.needsBase()) {
      String recorded = state.schema().catalog().orElseThrow();
      Looked now = look(recorded);
      capture.expectations().recorded(state.schema().recorded());
      List<DdlRecord> open =
          now.noted().stream().filter(record -> !capture.expectations().isDone(record)).toList();
      boolean rowsDiffer = rowsDiffer(recorded, now.state().fingerprint());
      Optional<CatalogState> before = rowsDiffer ? now.kept() : Optional.of(now.state());
      if (rowsDiffer || !state.schema().open().isEmpty()) {
        // The last seals may not have been able to look at the source.
        clean = state.checked().isAfter(tip.lsn()) ? tip.lsn() : state.checked();
      }
      before.ifPresent(
          known -> {
            capture.expectations().expect(known, tip.lsn());
            resume(state.schema(), open);
          });
      if (state.schema().unnotedSince().isPresent()) {
        clean = state.schema().unnotedSince().get().lsn().previous();
        capture.expectations().unnoted();
      } else if (rowsDiffer && (before.isEmpty() || open.isEmpty())) {
        changedMeanwhile(tip.at(clean), before.isPresent() && !clean.isBefore(state.begun()));
      } else if (!recorded.equals(now.state().fingerprint().text()) && open.isEmpty()) {
        backups.definitionsChanged();
      }
    }
    return new StreamRun.Start(
        chain.state().epoch(), tip, state.begun(), clean, state.coveredAt().orElse(Instant.EPOCH));
  }

  /**
   * When it was, nobody saw.
   *
   * @param known what the definitions were, and that {@code clean} is on its timeline
   */
  private void changedMeanwhile(Position clean, boolean known) throws InterruptedException {
    String reason = "the definitions of tables in scope were changed while capture was interrupted";
    if (known) {
      backups.breaks().unnoted(clean, reason, List.of());
    } else {
      backups.breaks().hole(clean, reason);
    }
  }

  /** For a source that an older version has begun to protect, and whoever removed something. */
  private void noteDefinitions() {
    new Publications(session.server(), LOCK_TIMEOUT)
        .complete(context.slot(), context.scope())
        .ifPresent(
            why ->
                LOG.info(
                    "changes of definitions of {} are only noticed, not noted where they happen: {}",
                    context.source(),
                    why));
  }

  /** Changes that were sealed and not recorded are not brought by the stream again. */
  private void resume(SchemaState schema, List<DdlRecord> noted) {
    for (SchemaState.Change change : schema.open()) {
      if (change.unnoted()) {
        continue;
      }
      capture
          .expectations()
          .resume(
              change.xid(),
              change.position().lsn(),
              noted.stream().filter(record -> record.xid() == change.xid()).toList());
    }
  }

  /**
   * @param kept the definitions that the chain names, as the source keeps them
   * @param noted changes of definitions
   */
  private record Looked(CatalogState state, Optional<CatalogState> kept, List<DdlRecord> noted) {}

  /** All of one snapshot, so that they say the same. */
  private Looked look(String recorded) {
    Connection sql = session.sql();
    try {
      sql.setAutoCommit(false);
      try {
        sql.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        return new Looked(
            CatalogState.read(sql, context.scope()),
            CatalogState.load(sql, recorded),
            DdlTriggers.active(sql) ? DdlLog.read(sql) : List.of());
      } finally {
        sql.rollback();
        sql.setAutoCommit(true);
        sql.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "reading the catalog", session.server().describe());
    }
  }

  private static boolean rowsDiffer(String atBase, CatalogFingerprint now) {
    try {
      return !CatalogFingerprint.parse(atBase).rows().equals(now.rows());
    } catch (IllegalArgumentException e) {
      LOG.info("the newest base's fingerprint cannot be read: {}", e.getMessage());
      return true;
    }
  }

  private void switchTimeline(SourceView view, Lsn fork) throws InterruptedException {
    Position tip = chain.tip();
    chain.append(
        new ChainEntry.TimelineSwitched(
            chain.state().epoch() + 1,
            view.systemId(),
            tip.timeline(),
            view.timeline(),
            fork,
            capture.sealedCommits().beyond(fork),
            context.clock().instant()));
    capture.sealedCommits().clear();
  }

  /**
   * From the fork to the slot's beginning nothing was committed: the promotion's note proves it.
   */
  private void catchUp(Lsn slotStart) throws InterruptedException {
    if (slotStart.isAfter(chain.tip().lsn())) {
      covered(chain.tip().timeline(), slotStart);
    }
  }

  /** Records that nothing was committed between the tip and {@code through}. */
  private void covered(int timeline, Lsn through) throws InterruptedException {
    ChainState state = chain.state();
    chain.append(
        new ChainEntry.SegmentSealed(
            state.epoch(),
            timeline,
            chain.tip().lsn(),
            through,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            state.coveredAt().orElse(Instant.EPOCH),
            0,
            0,
            List.of()));
  }

  private StreamRun.Start startOver(Resume.Restart restart, SourceView view)
      throws InterruptedException {
    capture.expectations().restart();
    ChainState before = chain.state();
    if (restart.hole().isPresent()) {
      chain.append(
          new ChainEntry.HoleRecorded(
              before.epoch(),
              restart.after().orElseThrow(),
              restart.hole().get(),
              context.clock().instant()));
    }
    if (restart.fork().isPresent()) {
      switchTimeline(view, restart.fork().get());
    }
    if (view.slot().isPresent()) {
      new ReplicationSlots(session.server()).drop(context.slot());
    }
    int epoch = restart.fork().isPresent() ? chain.state().epoch() : chain.state().epoch() + 1;
    TakenSnapshot snapshot = backups.openSlot();
    boolean handedOver = false;
    try {
      chain.append(
          new ChainEntry.EpochOpened(epoch, context.slot(), snapshot.position(), serverVersion()));
      backups.firstBase(snapshot);
      handedOver = true;
    } finally {
      if (!handedOver) {
        snapshot.close();
      }
    }
    Lsn begins = snapshot.position().lsn();
    return new StreamRun.Start(epoch, snapshot.position(), begins, begins, snapshot.at());
  }

  private int serverVersion() {
    try (var statement = session.sql().createStatement();
        var row = statement.executeQuery("SHOW server_version_num")) {
      row.next();
      return Integer.parseInt(row.getString(1));
    } catch (SQLException e) {
      throw PostgresException.of(e, "asking for the server's version", session.server().describe());
    }
  }
}
