/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.search;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.restore.CapturedHistory;
import dev.holdfast.postgres.restore.RestorePlan.Part;
import dev.holdfast.postgres.restore.SourceChain;
import dev.holdfast.postgres.restore.VaultObjects;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.crypto.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds out from the vault which transaction changed what: the way to the one that did the harm.
 */
public final class ChangeSearch {

  /**
   * How far back is looked first for a transaction of which only the number is known; then twice as
   * far, and so on.
   */
  private static final Duration FIRST_WINDOW = Duration.ofMinutes(15);

  private final SourceChain chain;
  private final SourceId source;
  private final VaultReader vault;
  private final Identity identity;

  public ChangeSearch(VaultReader vault, Identity identity, SourceId source) {
    this.chain = SourceChain.in(vault, source);
    this.source = source;
    this.vault = vault;
    this.identity = identity;
  }

  /**
   * What to look for.
   *
   * @param from commit time, included
   * @param to commit time, included
   * @param xid only this transaction
   * @param tables patterns as in a scope; all when empty
   * @param cell only changes of rows that have, or had, this value
   * @param rows how many changed rows of a transaction are told; the others are counted
   */
  public record Query(
      Instant from,
      Instant to,
      Optional<Long> xid,
      List<String> tables,
      Optional<Cell> cell,
      int rows) {

    public Query {
      tables = List.copyOf(tables);
      if (to.isBefore(from)) {
        throw new IllegalArgumentException("to " + to + " is before from " + from);
      }
    }

    boolean wants(ChangeRecord.Begin begin) {
      return !begin.commitTime().isBefore(from)
          && !begin.commitTime().isAfter(to)
          && xid.filter(it -> it != begin.xid()).isEmpty();
    }

    boolean wants(ChangeRecord.Relation relation) {
      return !relation.schema().equals(TableScope.OWN_SCHEMA)
          && (tables.isEmpty() || TableScope.named(tables, relation.schema(), relation.name()));
    }
  }

  /** A column's value, as PostgreSQL prints it. */
  public record Cell(String column, String value) {}

  /** Takes transactions in commit order; says whether more are wanted. */
  public interface Listener extends Predicate<FoundTransaction> {}

  public void run(Query query, Listener listener) {
    read(chain.outline(), query.from(), query.to(), new Finder(query, listener));
  }

  private void read(
      List<ChainLink> outline, Instant from, Instant to, Transactions.Visitor visitor) {
    List<Part> parts = CapturedHistory.between(chain, source, outline, from, to);
    try (VaultObjects objects = new VaultObjects(vault, identity, read -> {})) {
      new Transactions(
              objects.inOrder(
                  parts.stream().flatMap(part -> part.segment().bodies().stream()).iterator()))
          .read(parts, visitor);
    }
  }

  /**
   * Where a transaction committed.
   *
   * @param record where its commit record begins: all commits before it end there at the latest
   * @param end its position
   */
  public record Committed(long xid, Instant time, Lsn record, Lsn end) {}

  /**
   * Looks where a transaction committed, from the newest back. Of several of that number, after a
   * wraparound, it is the newest.
   *
   * @param xid 32 bit, unsigned
   */
  public Optional<Committed> find(long xid) {
    List<ChainLink> outline = chain.outline();
    List<Instant> times =
        outline.stream()
            .map(ChainLink::entry)
            .filter(SegmentSealed.class::isInstance)
            .map(SegmentSealed.class::cast)
            .flatMap(it -> Stream.of(it.earliestTime(), it.latestTime()).flatMap(Optional::stream))
            .sorted()
            .toList();
    if (times.isEmpty()) {
      return Optional.empty();
    }
    Instant oldest = times.getFirst();
    Instant to = times.getLast();
    for (Duration window = FIRST_WINDOW; !to.isBefore(oldest); window = window.multipliedBy(2)) {
      Instant from = to.minus(window);
      Locator locator = new Locator(xid);
      read(outline, from, to, locator);
      if (locator.found.isPresent()) {
        return locator.found;
      }
      to = from;
    }
    return Optional.empty();
  }

  private static final class Locator implements Transactions.Visitor {
    private final long xid;
    private Optional<Committed> found = Optional.empty();

    Locator(long xid) {
      this.xid = xid;
    }

    @Override
    public boolean begins(ChangeRecord.Begin begin) {
      return begin.xid() == xid;
    }

    @Override
    public void described(ChangeRecord.Relation relation) {}

    @Override
    public void changed(ChangeRecord change) {}

    @Override
    public boolean committed(ChangeRecord.Begin begin, ChangeRecord.Commit commit) {
      found = Optional.of(new Committed(xid, commit.time(), commit.commitLsn(), commit.endLsn()));
      return true;
    }
  }
}
