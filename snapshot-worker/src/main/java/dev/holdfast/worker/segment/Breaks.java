/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.model.Position;
import dev.holdfast.postgres.ddl.SchemaTransition.Lost;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.ChainEntry.LostTable;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.chain.ChainState;
import dev.holdfast.worker.chain.SchemaState;
import dev.holdfast.worker.segment.Expectations.Difference;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Records in the chain where stream and newest base stop belonging together. */
public final class Breaks {

  private final Chain chain;
  private final Expectations expectations;
  private final InstantSource clock;

  public Breaks(Chain chain, Expectations expectations, InstantSource clock) {
    this.chain = chain;
    this.expectations = expectations;
    this.clock = clock;
  }

  /**
   * After {@code clean} somebody changed definitions, and nobody noted at which commit: nothing
   * later is offered before they are recorded.
   *
   * @param tables known to be others; which else are is found out when definitions are recorded
   */
  public void unnoted(Position clean, String reason, List<Difference> tables)
      throws InterruptedException {
    expectations.unnoted();
    ChainState state = chain.state();
    if (state.needsBase()) {
      // The base that comes has it all.
      return;
    }
    Position since = clean.at(clean.lsn().next());
    List<LostTable> lost =
        tables.stream()
            .filter(
                table ->
                    state.lost().all().stream()
                        .noneMatch(it -> it.oid() == table.oid() && it.at().equals(since)))
            .map(table -> new LostTable(table.oid(), table.table()))
            .toList();
    if (!state.schema().open().contains(new SchemaState.Change(SchemaRecorded.UNNOTED, since))) {
      chain.append(
          new SchemaRecorded(
              state.epoch(),
              since,
              SchemaRecorded.UNNOTED,
              clock.instant(),
              Optional.empty(),
              Optional.empty(),
              List.of()));
    }
    // Last: whoever sees lost tables alone takes a base of them alone.
    if (!lost.isEmpty()) {
      lost(since, reason, lost);
    }
  }

  /** From {@code since} on the rows of these tables, at least one, are not known. */
  public void lost(Position since, List<Lost> tables) throws InterruptedException {
    lost(
        since,
        tables.getFirst().reason(),
        tables.stream()
            .map(Lost::table)
            .map(table -> new LostTable(table.oid(), table.schema() + "." + table.name()))
            .toList());
  }

  private void lost(Position since, String reason, List<LostTable> tables)
      throws InterruptedException {
    chain.append(
        new ChainEntry.TablesLost(chain.state().epoch(), since, clock.instant(), reason, tables));
  }

  /** Nothing after {@code clean} can be restored before there is a new base. */
  public void hole(Position clean, String reason) throws InterruptedException {
    expectations.suspend();
    chain.append(
        new ChainEntry.HoleRecorded(chain.state().epoch(), clean, reason, clock.instant()));
  }
}
