/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.chain.ChainEntry.LostTable;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Of which tables a worker that starts has to take a base. */
class LostTablesTest {

  private static final ObjectRef INDEX =
      new ObjectRef(new ObjectKey("x"), ObjectKind.BASE_INDEX, 1, "0".repeat(64), "k");

  private LostTables tables = LostTables.NONE;

  @Test
  void aTableIsLostUntilABaseOfItStandsWhereItWasLostOrLater() {
    lost(200, 7, 8);
    assertThat(tables.open()).containsExactly(7L, 8L);
    assertThat(tables.names()).isEqualTo("public.t7, public.t8");
    based(199, 7);
    assertThat(tables.open()).containsExactly(7L, 8L);
    based(200, 7);
    assertThat(tables.open()).containsExactly(8L);
    based(210, 8, 9);
    assertThat(tables.open()).isEmpty();
    assertThat(tables.names()).isEmpty();
  }

  @Test
  void itIsLostAgainByALaterChange() {
    lost(200, 7);
    based(250, 7);
    lost(240, 7);
    assertThat(tables.open()).as("the base was ahead of the stream").isEmpty();
    lost(260, 7);
    assertThat(tables.open()).containsExactly(7L);
  }

  @Test
  void aBaseOfAllHoldsIt() {
    lost(200, 7);
    lost(300, 8);
    tables = tables.through(position(250));
    assertThat(tables.open()).containsExactly(8L);
    tables = tables.with(entry(240, 9), Optional.of(position(250)));
    assertThat(tables.open()).as("the base was ahead of the stream").containsExactly(8L);
  }

  @Test
  void aPromotionForgetsWhatIsBeyondItAndLosesWhatWasFoundThere() {
    lost(200, 7);
    based(300, 7);
    lost(310, 8);
    tables = tables.forkedAt(new Lsn(305));
    assertThat(tables.open()).isEmpty();
    tables = tables.forkedAt(new Lsn(250));
    assertThat(tables.open()).containsExactly(7L);
  }

  private void lost(long at, long... oids) {
    tables = tables.with(entry(at, oids), Optional.empty());
  }

  private static TablesLost entry(long at, long... oids) {
    return new TablesLost(
        1,
        position(at),
        Instant.EPOCH,
        "it was rewritten",
        Arrays.stream(oids).mapToObj(oid -> new LostTable(oid, "public.t" + oid)).toList());
  }

  private void based(long at, long... oids) {
    tables =
        tables.with(
            new TableBaseSealed(
                1,
                "base",
                position(at),
                Instant.EPOCH,
                Arrays.stream(oids).boxed().toList(),
                INDEX,
                List.of(),
                1));
  }

  private static Position position(long at) {
    return new Position("7300000000000000001", 1, new Lsn(at));
  }
}
