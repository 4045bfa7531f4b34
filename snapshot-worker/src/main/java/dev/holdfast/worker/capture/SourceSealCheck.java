/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.CatalogFingerprint;
import dev.holdfast.postgres.base.CatalogState;
import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import dev.holdfast.postgres.base.Sequences;
import dev.holdfast.postgres.base.SourceCatalog;
import dev.holdfast.postgres.changes.ChangeRecord.SequenceState;
import dev.holdfast.postgres.ddl.DdlLog;
import dev.holdfast.postgres.ddl.DdlRecord;
import dev.holdfast.postgres.ddl.DdlTriggers;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.segment.Expectations;
import dev.holdfast.worker.segment.SealCheck;
import dev.holdfast.worker.segment.Sealer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the source before each seal: slot, definitions, sequences. One per stream; used by the
 * sealer's thread.
 */
final class SourceSealCheck implements SealCheck, Sealer.SequenceSource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceSealCheck.class);

  private final Connections server;
  private final TableScope scope;
  private final String slot;
  private final Chain chain;
  private final Expectations expectations;
  private final Duration timeout;
  private final Runnable definitionsChanged;
  private final DefinitionsRecorder recorder;

  /** Changes that the stream has not brought yet, and where the log was when they were seen. */
  private final Map<Long, Lsn> ahead = new HashMap<>();

  private final Map<String, BaseIndex.Sequence> known = new HashMap<>();
  private @Nullable SourceSession session;
  private boolean verified;

  /**
   * @param definitionsChanged told when only definitions changed that rows do not depend on
   */
  SourceSealCheck(
      Connections server,
      TableScope scope,
      String slot,
      Chain chain,
      Expectations expectations,
      Duration timeout,
      Runnable definitionsChanged,
      DefinitionsRecorder recorder) {
    this.server = server.named("holdfast-seal");
    this.scope = scope;
    this.slot = slot;
    this.chain = chain;
    this.expectations = expectations;
    this.timeout = timeout;
    this.definitionsChanged = definitionsChanged;
    this.recorder = recorder;
  }

  @Override
  public Verdict check(Lsn through) {
    try {
      SourceSession open = open();
      Optional<String> broken = brokenSlot(open.slot(slot));
      if (broken.isPresent()) {
        return new Verdict.Broken(broken.get());
      }
      verified = true;
      Optional<CatalogState> expected = expectations.state();
      return expected.isEmpty() ? new Verdict.Unknown() : compare(open, expected.get(), through);
    } catch (SQLException | PostgresException e) {
      close();
      if (!verified) {
        // Debezium creates a missing slot without a word: before the first look proves that the
        // stream's slot is the chain's, nothing of the stream may be sealed.
        throw new SourceLostException("the slot could not be looked at before the first seal", e);
      }
      LOG.debug("the source cannot be asked before a seal: {}", e.getMessage());
      return new Verdict.Unknown();
    }
  }

  private Verdict compare(SourceSession open, CatalogState expected, Lsn through)
      throws SQLException {
    SourceCatalog catalog = SourceCatalog.read(open.sql(), scope);
    CatalogFingerprint now = CatalogFingerprint.read(open.sql(), catalog);
    if (!expectations.open().isEmpty()) {
      // What the stream has brought is judged and recorded after the seal.
      return new Verdict.Unknown();
    }
    boolean sameRows = now.rows().equals(expected.fingerprint().rows());
    if (sameRows && now.definitions().equals(expected.fingerprint().definitions())) {
      ahead.clear();
      expectations.refresh(expected.with(catalog));
      return new Verdict.Clean();
    }
    // After the fingerprint: a change that it shows has its row by now, and is awaited; or the
    // stream has brought it meanwhile.
    boolean noted =
        DdlTriggers.active(open.sql())
            && (awaited(open, through) || !expectations.open().isEmpty());
    if (sameRows) {
      if (!noted) {
        definitionsChanged.run();
      }
      return new Verdict.Clean();
    }
    if (noted) {
      return new Verdict.Unknown();
    }
    return new Verdict.Changed("the definitions of tables in scope were changed");
  }

  /** Whether the source has noted changes that the stream has yet to bring. */
  private boolean awaited(SourceSession open, Lsn through) throws SQLException {
    Set<Long> coming = new HashSet<>();
    for (DdlRecord record : DdlLog.read(open.sql())) {
      if (expectations.isAhead(record)) {
        coming.add(record.xid());
      }
    }
    ahead.keySet().retainAll(coming);
    Lsn written = open.probe(slot).inserted();
    coming.forEach(xid -> ahead.putIfAbsent(xid, written));
    // Its commit was visible, so it ends at or before where the log was; past that it is not
    // coming.
    return ahead.values().stream().anyMatch(through::isBefore);
  }

  @Override
  public Settled settle(Lsn through) throws InterruptedException {
    return recorder.settle(through);
  }

  private Optional<String> brokenSlot(Optional<SlotState> state) {
    if (state.isEmpty()) {
      return Optional.of("the replication slot is gone");
    }
    if (state.get().lost()) {
      return Optional.of("the source has invalidated the replication slot (wal_status = lost)");
    }
    Lsn tip = chain.tip().lsn();
    return state.get().confirmedFlush().isAfter(tip)
        ? Optional.of(
            "the replication slot has moved to "
                + state.get().confirmedFlush()
                + ", past what is sealed ("
                + tip
                + "): it was recreated or advanced by someone else")
        : Optional.empty();
  }

  @Override
  public List<SequenceState> changed() {
    if (session == null) {
      return List.of();
    }
    try {
      List<SequenceState> moved = new ArrayList<>();
      for (BaseIndex.Sequence sequence : Sequences.read(session.sql(), scope)) {
        String name = sequence.schema() + "." + sequence.name();
        if (!sequence.equals(known.put(name, sequence))) {
          moved.add(
              new SequenceState(
                  sequence.schema(), sequence.name(), sequence.lastValue(), sequence.called()));
        }
      }
      return moved;
    } catch (SQLException | PostgresException e) {
      // Dropped in between, or the source is gone; the next seal asks again.
      LOG.debug("sequences cannot be read before a seal: {}", e.getMessage());
      known.clear();
      close();
      return List.of();
    }
  }

  private SourceSession open() {
    if (session == null) {
      session = SourceSession.openOn(server, timeout);
    }
    return session;
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}
