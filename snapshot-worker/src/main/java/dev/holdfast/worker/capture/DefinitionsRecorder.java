/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.CatalogState;
import dev.holdfast.postgres.base.ChunkSink;
import dev.holdfast.postgres.base.Publications;
import dev.holdfast.postgres.base.SchemaExporter;
import dev.holdfast.postgres.ddl.DdlLog;
import dev.holdfast.postgres.ddl.DdlRecord;
import dev.holdfast.postgres.ddl.SchemaTransition;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.segment.Breaks;
import dev.holdfast.worker.segment.Expectations;
import dev.holdfast.worker.segment.SealCheck.Settled;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records definitions that were changed, once the source shows them and no newer ones. Used by the
 * sealer's thread.
 */
final class DefinitionsRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(DefinitionsRecorder.class);

  /** Between attempts that failed; a dump may wait for locks. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** Somebody may hold a table; the sealing of later changes must not wait for him. */
  private static final Duration PUBLISH_LIMIT = Duration.ofSeconds(2);

  /** A commit is in the log before its session makes it visible; this is long enough for that. */
  private static final int UNSEEN_MOST = 50;

  private final CaptureContext context;
  private final Connections server;
  private final Chain chain;
  private final Expectations expectations;
  private final Breaks breaks;
  private final ChunkSink sink;
  private final int epoch;

  private Instant next = Instant.MIN;
  private int unseen;

  /**
   * @param sink into the vault, however long the store is away
   */
  DefinitionsRecorder(
      CaptureContext context,
      Connections server,
      Chain chain,
      Expectations expectations,
      Breaks breaks,
      ChunkSink sink,
      int epoch) {
    this.context = context;
    this.server = server.named("holdfast-schema");
    this.chain = chain;
    this.expectations = expectations;
    this.breaks = breaks;
    this.sink = sink;
    this.epoch = epoch;
  }

  /** What is sealed ends at {@code through}. */
  Settled settle(Lsn through) throws InterruptedException {
    Optional<CatalogState> before = expectations.state();
    Map<Long, Lsn> changes = expectations.open();
    changes.values().removeIf(end -> end.isAfter(through));
    if (before.isEmpty() || changes.isEmpty() || context.clock().instant().isBefore(next)) {
      return new Settled.Nothing();
    }
    try (SourceSession session = SourceSession.openOn(server, context.settings().sourceTimeout())) {
      return settle(session.sql(), before.get(), changes);
    } catch (SQLException | PostgresException e) {
      // Nothing is offered from the change on; tried again.
      LOG.warn(
          "changed definitions of {} cannot be recorded: {}", context.source(), e.getMessage());
      next = context.clock().instant().plus(PAUSE);
      return new Settled.Nothing();
    }
  }

  private Settled settle(Connection sql, CatalogState before, Map<Long, Lsn> changes)
      throws SQLException, InterruptedException {
    sql.setAutoCommit(false);
    sql.setReadOnly(true);
    sql.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    CatalogState after = CatalogState.read(sql, context.scope());
    List<DdlRecord> all = DdlLog.read(sql);
    List<DdlRecord> open = all.stream().filter(record -> !expectations.isDone(record)).toList();
    Set<Long> visible = open.stream().map(DdlRecord::xid).collect(Collectors.toSet());
    if (!changes.keySet().containsAll(visible)) {
      // The source is further than what is sealed: what it shows holds only later.
      return new Settled.Nothing();
    }
    if (!visible.containsAll(changes.keySet())) {
      unseen++;
      return unseen < UNSEEN_MOST
          ? new Settled.Nothing()
          : new Settled.NotCovered("what was noted of changed definitions is gone from the source");
    }
    unseen = 0;
    return switch (SchemaTransition.between(before, after, context.slot(), open)) {
      case SchemaTransition.Outcome.NotCovered(String reason) -> new Settled.NotCovered(reason);
      case SchemaTransition.Outcome.Covered covered ->
          covered(sql, before, after, changes, covered, all);
    };
  }

  private Settled covered(
      Connection sql,
      CatalogState before,
      CatalogState after,
      Map<Long, Lsn> changes,
      SchemaTransition.Outcome.Covered covered,
      List<DdlRecord> records)
      throws SQLException, InterruptedException {
    Set<Long> unpublished = Publications.missing(sql, context.slot(), after.catalog());
    covered.lost().forEach(lost -> unpublished.remove(lost.table().oid()));
    if (!unpublished.isEmpty()) {
      return new Settled.NotCovered("the publication is not of the tables that are to be streamed");
    }
    if (covered.lost().isEmpty() && !Publications.covers(sql, context.slot(), after.catalog())) {
      // Of more than that: their updates would fail without an identity. Looked at again then.
      new Publications(server, PUBLISH_LIMIT).apply(context.slot(), context.scope());
      return new Settled.Nothing();
    }
    return record(sql, before, after, new TreeMap<>(changes), covered, records);
  }

  private Settled record(
      Connection sql,
      CatalogState before,
      CatalogState after,
      Map<Long, Lsn> changes,
      SchemaTransition.Outcome.Covered covered,
      List<DdlRecord> records)
      throws SQLException, InterruptedException {
    Map.Entry<Long, Lsn> last =
        changes.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    Position position = chain.tip().at(last.getValue());
    Optional<SchemaExporter.Exported> exported =
        new SchemaExporter(server, context.settings().lockPatience())
            .export(sql, after, position, covered.added(), context.scope(), sink);
    if (exported.isEmpty()) {
      // Changed again meanwhile: that change comes in the stream, too.
      return new Settled.Nothing();
    }
    sql.rollback();
    sql.setReadOnly(false);
    sql.setAutoCommit(true);
    // Before it is in the chain: a worker that starts after a crash looks for what the chain names.
    after.save(sql);
    if (!covered.lost().isEmpty()) {
      // Before the definitions: with them, targets from here on would be offered.
      breaks.lost(position, covered.lost());
    }
    chain.append(
        new ChainEntry.SchemaRecorded(
            epoch,
            position,
            last.getKey(),
            context.clock().instant(),
            Optional.of(after.fingerprint().text()),
            Optional.of(exported.get().index()),
            exported.get().objects()));
    expectations.advance(before, after, changes.keySet());
    DdlLog.forget(sql, records.stream().filter(expectations::isDone).toList());
    after.forgetOthers(sql);
    return new Settled.Recorded();
  }
}
