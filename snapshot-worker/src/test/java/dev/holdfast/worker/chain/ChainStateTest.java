/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Up to where a worker that starts may believe that nobody changed definitions. */
class ChainStateTest {

  private static final String SYSTEM = "7300000000000000001";
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private ChainState state = ChainState.EMPTY;

  @Test
  void segmentsWhoseSealCouldNotLookProveNothing() {
    append(new ChainEntry.EpochOpened(1, "slot", at(1, 100), 150019));
    base(110);
    segment(1, 100, 200, true);
    assertThat(state.checked()).isEqualTo(new Lsn(200));

    segment(1, 200, 300, false);
    segment(1, 300, 400, false);
    assertThat(state.checked()).isEqualTo(new Lsn(200));
    assertThat(state.tip()).contains(at(1, 400));
    assertThat(state.begun()).isEqualTo(new Lsn(100));

    segment(1, 400, 500, true);
    assertThat(state.checked()).isEqualTo(new Lsn(500));
  }

  @Test
  void aBaseIsAsSureAsALookAndNeverTakesOneBack() {
    append(new ChainEntry.EpochOpened(1, "slot", at(1, 100), 150019));
    base(150);
    assertThat(state.checked()).isEqualTo(new Lsn(150));
    segment(1, 100, 300, true);
    base(250);
    assertThat(state.checked()).isEqualTo(new Lsn(300));
  }

  @Test
  void changesThatNobodyNotedProveNothingUntilTheyAreRecorded() {
    append(new ChainEntry.EpochOpened(1, "slot", at(1, 100), 150019));
    base(110);
    segment(1, 100, 200, true);
    append(schema(0, 201, Optional.empty()));
    segment(1, 200, 300, false);
    assertThat(state.checked()).isEqualTo(new Lsn(200));
    append(schema(0, 350, Optional.of("rows.definitions")));
    assertThat(state.checked()).isEqualTo(new Lsn(350));
  }

  @Test
  void aPromotionLeavesNothingSureBeyondItsFork() {
    append(new ChainEntry.EpochOpened(1, "slot", at(1, 100), 150019));
    base(110);
    segment(1, 100, 200, true);
    append(new ChainEntry.TimelineSwitched(1, SYSTEM, 1, 2, new Lsn(180), 0, NOON));
    assertThat(state.checked()).isEqualTo(new Lsn(180));
    assertThat(state.begun()).isEqualTo(new Lsn(180));
    segment(2, 180, 220, false);
    assertThat(state.checked()).isEqualTo(new Lsn(180));
    assertThat(state.begun()).isEqualTo(new Lsn(180));
  }

  private void segment(int timeline, long from, long through, boolean checked) {
    append(
        new ChainEntry.SegmentSealed(
            1,
            timeline,
            new Lsn(from),
            new Lsn(through),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            NOON,
            0,
            0,
            List.of(),
            checked ? Optional.of(new Lsn(through)) : Optional.empty()));
  }

  private void base(long at) {
    append(
        new ChainEntry.BaseSealed(1, "base", at(1, at), NOON, "rows.old", INDEX, List.of(), 1, 1));
  }

  private static ChainEntry schema(long xid, long at, Optional<String> catalog) {
    return new ChainEntry.SchemaRecorded(
        1, at(1, at), xid, NOON, catalog, catalog.map(_ -> INDEX), List.of());
  }

  private void append(ChainEntry entry) {
    state =
        state.with(
            new Manifest(
                Manifest.FORMAT,
                new SourceId("shop"),
                state.manifest() + 1,
                "0".repeat(64),
                "writer",
                NOON,
                entry));
  }

  private static Position at(int timeline, long lsn) {
    return new Position(SYSTEM, timeline, new Lsn(lsn));
  }

  private static final ObjectRef INDEX =
      new ObjectRef(new ObjectKey("x"), ObjectKind.BASE_INDEX, 1, "0".repeat(64), "k");
}
