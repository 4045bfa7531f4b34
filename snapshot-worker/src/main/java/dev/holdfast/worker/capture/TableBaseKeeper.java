/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Position;
import dev.holdfast.postgres.base.BaseExporter;
import dev.holdfast.postgres.base.BaseProgress;
import dev.holdfast.postgres.base.ExportedTables;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.chain.ChainState;
import dev.holdfast.worker.chain.StoreRetry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes bases of single tables whose rows are not known any more, and records definitions that
 * nobody noted; beside the stream and beside bases of all tables, which may take far longer.
 */
final class TableBaseKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(TableBaseKeeper.class);

  private final Supplier<BaseExporter> exporters;
  private final VaultWriter writer;
  private final Chain chain;
  private final StoreRetry retry;
  private final InstantSource clock;
  private final Redefinition redefinition;
  private final BaseTimes times = new BaseTimes();

  private final OneAtATime thread = new OneAtATime();

  TableBaseKeeper(
      Supplier<BaseExporter> exporters,
      VaultWriter writer,
      Chain chain,
      StoreRetry retry,
      Redefinition redefinition,
      InstantSource clock) {
    this.exporters = exporters;
    this.writer = writer;
    this.chain = chain;
    this.retry = retry;
    this.redefinition = redefinition;
    this.clock = clock;
  }

  /** Definitions changed that rows do not depend on, and nobody noted it. */
  void definitionsChanged() {
    times.definitionsChanged();
  }

  /**
   * Starts one when the chain says that tables are lost, or definitions are not known: the snapshot
   * that is taken now is of later.
   *
   * @param ids for new bases
   * @return what is to be told of it; empty when nothing is lost, or a base of all is needed
   */
  String look(Supplier<String> ids) {
    synchronized (this) {
      // Looked at while nothing runs: what has just ended has changed it.
      if (!thread.isRunning()) {
        start(chain.state(), ids);
      }
    }
    ChainState state = chain.state();
    return state.needsBase() ? "" : told(state) + times.trouble();
  }

  private void start(ChainState state, Supplier<String> ids) {
    Set<Long> lost = state.lost().open();
    boolean unnoted = state.schema().unnotedSince().isPresent();
    if (!state.needsBase() && times.due(unnoted || !lost.isEmpty(), clock.instant())) {
      String id = ids.get();
      boolean definitions = unnoted || lost.isEmpty();
      thread.start(
          "tables-" + id,
          () -> untilTaken(id, () -> definitions ? definitions(id) : tables(id, lost)));
    }
  }

  private static String told(ChainState state) {
    Optional<Position> unnoted = state.schema().unnotedSince();
    if (unnoted.isPresent()) {
      return "; definitions were changed by somebody whose changes are not noted, after "
          + unnoted.get().lsn().previous()
          + ": they are being recorded, with the rows of each table that is not as it was; until"
          + " then nothing later can be restored";
    }
    return state.lost().open().isEmpty()
        ? ""
        : "; a base of "
            + state.lost().names()
            + " is being taken: until it is sealed, nothing after the change of that can be"
            + " restored";
  }

  /**
   * @param attempt where what it took stands; empty when a base of all has to be taken instead
   */
  private void untilTaken(String id, BusySource.Attempt<Optional<Position>> attempt) {
    try {
      BusySource.untilTaken(id, attempt)
          .ifPresent(at -> LOG.info("the table base {} is sealed at {}", id, at));
      times.succeeded();
    } catch (InterruptedException e) {
      LOG.info("the table base {} was given up", id);
    } catch (RuntimeException e) {
      LOG.warn("the table base {} failed: {}", id, e.getMessage());
      times.failed(clock.instant(), ThreadLocalRandom.current().nextDouble(), e);
    }
  }

  private Optional<Position> definitions(String id) throws InterruptedException {
    Optional<Position> recorded = redefinition.record(id);
    times.sealed(clock.instant());
    return recorded;
  }

  private Optional<Position> tables(String id, Set<Long> tables) throws InterruptedException {
    BaseExporter exporter = exporters.get();
    int epoch = chain.state().epoch();
    TakenSnapshot taken = exporter.takeTablesBesideSlot(tables);
    ExportedTables base;
    try (TakenSnapshot snapshot = taken) {
      base =
          exporter.exportTables(
              snapshot, PatientSink.into(writer, epoch, retry), BaseProgress.Listener.NONE);
    }
    chain.append(
        new TableBaseSealed(
            epoch,
            id,
            taken.position(),
            taken.at(),
            List.copyOf(tables),
            base.reference(),
            base.objects(),
            base.index().rows()));
    return Optional.of(taken.position());
  }

  /** Gives up what is being taken. */
  void stop() throws InterruptedException {
    thread.stop();
  }
}
