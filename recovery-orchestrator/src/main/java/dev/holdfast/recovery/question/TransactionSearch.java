/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.question;

import dev.holdfast.events.RecoveryCommand.FindTransactions;
import dev.holdfast.events.RecoveryEvent.ChangedTable;
import dev.holdfast.events.RecoveryEvent.Transaction;
import dev.holdfast.events.RecoveryEvent.Transactions;
import dev.holdfast.events.RecoveryEvent.TransactionsFound;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.postgres.search.ChangeSearch;
import dev.holdfast.postgres.search.FoundTransaction;
import dev.holdfast.recovery.restore.RestorePreparation;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Finds in the vault which transactions committed around a moment. */
@ApplicationScoped
class TransactionSearch {

  /** So many tables of a transaction are named: the answer has to fit into a message. */
  static final int TABLES = 20;

  private final RestorePreparation preparation;
  private final InstantSource clock;

  TransactionSearch(RestorePreparation preparation, InstantSource clock) {
    this.preparation = preparation;
    this.clock = clock;
  }

  /** Blocks. What the question is refused for is thrown. */
  TransactionsFound find(FindTransactions asked) {
    Nearest nearest = new Nearest(asked.around(), asked.most());
    preparation.search(
        asked.source(),
        new ChangeSearch.Query(
            asked.around().minus(asked.within()),
            asked.around().plus(asked.within()),
            Optional.empty(),
            asked.tables(),
            Optional.empty(),
            0),
        nearest);
    return new TransactionsFound(
        asked.run(),
        asked.source(),
        Optional.of(nearest.found()),
        Optional.empty(),
        clock.instant());
  }

  /** Keeps the nearest of each side, whatever comes between. */
  static final class Nearest implements ChangeSearch.Listener {

    private final Instant around;
    private final int most;
    private final Deque<Transaction> before = new ArrayDeque<>();
    private final List<Transaction> after = new ArrayList<>();
    private boolean moreBefore;
    private boolean moreAfter;

    Nearest(Instant around, int most) {
      this.around = around;
      this.most = most;
    }

    @Override
    public boolean test(FoundTransaction found) {
      if (!found.time().isAfter(around)) {
        before.addLast(told(found));
        if (before.size() > most) {
          before.removeFirst();
          moreBefore = true;
        }
      } else if (after.size() < most) {
        after.add(told(found));
      } else {
        moreAfter = true;
      }
      return !moreAfter;
    }

    Transactions found() {
      return new Transactions(List.copyOf(before), moreBefore, after, moreAfter);
    }

    private static Transaction told(FoundTransaction found) {
      List<ChangedTable> tables =
          found.tables().stream()
              .limit(TABLES)
              .map(
                  it ->
                      new ChangedTable(
                          it.schema(),
                          it.name(),
                          it.inserted(),
                          it.updated(),
                          it.deleted(),
                          it.truncated()))
              .toList();
      return new Transaction(
          new CommitPoint(found.lsn(), found.time(), found.xid()),
          tables,
          found.tables().size() - tables.size());
    }
  }
}
