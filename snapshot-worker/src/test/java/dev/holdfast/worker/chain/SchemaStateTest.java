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
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which changes of definitions a worker that starts has to record yet. */
class SchemaStateTest {

  private static final ObjectRef INDEX =
      new ObjectRef(new ObjectKey("x"), ObjectKind.BASE_INDEX, 1, "0".repeat(64), "k");

  private SchemaState state = SchemaState.EMPTY.with(base("a", 100));

  @Test
  void aChangeIsOpenUntilItIsRecorded() {
    changed(7, 200);
    assertThat(open()).containsExactly(7L);
    assertThat(state.catalog()).contains("a");

    recorded("b", 7, 200);
    assertThat(open()).isEmpty();
    assertThat(state.catalog()).contains("b");
    assertThat(state.recorded()).containsExactly(7L);
  }

  @Test
  void whatIsRecordedHoldsChangesBeforeItAndNoneAfter() {
    changed(7, 200);
    changed(8, 210);
    changed(9, 220);
    recorded("b", 8, 210);
    assertThat(open()).containsExactly(9L);
    assertThat(state.recorded()).containsExactly(7L, 8L);
  }

  @Test
  void aChangeThatIsAnnouncedAgainIsOne() {
    changed(7, 200);
    changed(7, 200);
    assertThat(open()).containsExactly(7L);
  }

  @Test
  void aBaseAheadOfTheStreamHoldsWhatTheStreamBringsLater() {
    state = state.with(base("b", 300));
    changed(7, 200);
    assertThat(open()).isEmpty();
    assertThat(state.recorded()).containsExactly(7L);
    changed(8, 310);
    assertThat(open()).containsExactly(8L);
  }

  @Test
  void aPromotionForgetsWhatWasChangedBeyondIt() {
    changed(7, 200);
    changed(8, 210);
    state = state.forkedAt(new Lsn(205));
    assertThat(open()).containsExactly(7L);
  }

  private List<Long> open() {
    return state.open().stream().map(SchemaState.Change::xid).toList();
  }

  private void changed(long xid, long at) {
    state =
        state.with(
            new SchemaRecorded(
                1,
                position(at),
                xid,
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                List.of()));
  }

  private void recorded(String catalog, long xid, long at) {
    state =
        state.with(
            new SchemaRecorded(
                1,
                position(at),
                xid,
                Instant.EPOCH,
                Optional.of(catalog),
                Optional.of(INDEX),
                List.of()));
  }

  private static BaseSealed base(String catalog, long at) {
    return new BaseSealed(1, "base", position(at), Instant.EPOCH, catalog, INDEX, List.of(), 1, 1);
  }

  private static Position position(long at) {
    return new Position("7300000000000000001", 1, new Lsn(at));
  }
}
