/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.base.CatalogFingerprint;
import dev.holdfast.postgres.base.CatalogState;
import dev.holdfast.postgres.base.SourceCatalog;
import dev.holdfast.postgres.base.SourceTable;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecord.Relation;
import dev.holdfast.postgres.ddl.DdlRecord;
import dev.holdfast.worker.segment.Expectations.Difference;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpectationsTest {

  /** SHA-256 of nothing: these states have no lines. */
  private static final String NO_LINES =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private final Expectations expectations = new Expectations();

  @Test
  void beforeThereIsABaseAnythingMayCome() {
    expectations.restart();
    assertThat(difference(7, "a", 100)).isEmpty();
    assertThat(expectations.state()).isEmpty();
  }

  @Test
  void aTableThatIsAnotherIsToldOnceAndNothingIsRecordedUntilItIsAgain() {
    expectations.expect(state(table(7, "a"), table(8, "a")), new Lsn(100));
    assertThat(difference(7, "a", 100)).isEmpty();
    assertThat(expectations.state()).isPresent();

    assertThat(difference(7, "b", 110)).get().extracting(Difference::oid).isEqualTo(7L);
    assertThat(expectations.state()).isEmpty();
    assertThat(difference(7, "c", 120)).isEmpty();
    assertThat(difference(8, "b", 130)).get().extracting(Difference::oid).isEqualTo(8L);
    assertThat(difference(9, "a", 140)).get().extracting(Difference::table).isEqualTo("public.t9");

    assertThat(expectations.expect(state(table(7, "c")), new Lsn(200))).isEmpty();
    assertThat(expectations.state()).isPresent();
    assertThat(difference(7, "c", 200)).isEmpty();
  }

  @Test
  void aBaseAheadOfTheStreamIsNotComparedWithWhatCameBeforeIt() {
    expectations.expect(state(table(7, "a")), new Lsn(100));
    expectations.expect(state(table(7, "b")), new Lsn(200));
    assertThat(difference(7, "a", 150)).isEmpty();
    assertThat(difference(7, "b", 200)).isEmpty();
    assertThat(difference(7, "a", 210)).isPresent();
  }

  @Test
  void afterAHoleABaseAheadOfTheStreamTakesWhateverCameBeforeIt() {
    expectations.expect(state(table(7, "a")), new Lsn(100));
    expectations.suspend();
    expectations.expect(state(table(7, "b")), new Lsn(200));
    assertThat(difference(7, "x", 199)).isEmpty();
    assertThat(difference(7, "x", 200)).isPresent();
  }

  @Test
  void whatTheStreamBroughtAfterASnapshotIsComparedWithItWhenItIsRecorded() {
    expectations.expect(state(table(7, "a"), table(8, "a")), new Lsn(100));
    expectations.unnoted();
    difference(7, "b", 150);
    difference(7, "c", 200);
    difference(8, "a", 210);
    assertThat(expectations.expect(state(table(7, "b"), table(8, "a")), new Lsn(180)))
        .singleElement()
        .extracting(Difference::oid)
        .isEqualTo(7L);
  }

  @Test
  void anotherNameThatNobodyNotedIsTold() {
    expectations.expect(state(table(7, "a")), new Lsn(100));
    assertThat(difference(7, "other", "a", 110))
        .get()
        .extracting(Difference::reason)
        .isEqualTo("table public.t7 is other.t7 now");
  }

  @Test
  void aSchemaThatWasNotedToBeRenamedIsExpectedUnderItsNewNameFromThenOn() {
    CatalogState before = state(table(7, "a"));
    CatalogState after = state(table(7, "other", "a"));
    expectations.expect(before, new Lsn(100));
    expectations.noted(
        new DdlRecord(
            1, 42, "ALTER SCHEMA", DdlRecord.Event.CHANGED, Optional.empty(), Optional.empty()),
        new Lsn(110));
    expectations.committed(42, new Lsn(120));
    assertThat(difference(7, "other", "a", 130)).isEmpty();
    expectations.advance(before, after, Set.of(42L));
    assertThat(difference(7, "other", "a", 140)).isEmpty();
    assertThat(difference(7, "public", "a", 150)).isPresent();
  }

  private Optional<Difference> difference(long oid, String column, long commit) {
    return difference(oid, "public", column, commit);
  }

  private Optional<Difference> difference(long oid, String schema, String column, long commit) {
    return expectations.difference(
        new Relation(
            oid,
            schema,
            "t" + oid,
            ChangeRecord.ReplicaIdentity.DEFAULT,
            List.of(new ChangeRecord.Column(0, column, 23, -1, true))),
        new Lsn(commit));
  }

  private static CatalogState state(SourceTable... tables) {
    return new CatalogState(
        new SourceCatalog(Arrays.asList(tables), List.of(), List.of("public"), List.of()),
        new CatalogFingerprint(NO_LINES, "0"),
        "");
  }

  private static SourceTable table(long oid, String column) {
    return table(oid, "public", column);
  }

  private static SourceTable table(long oid, String schema, String column) {
    return new SourceTable(
        oid,
        schema,
        "t" + oid,
        oid,
        Identity.KEY,
        Optional.empty(),
        List.of(new SourceTable.Column(1, column, 23, -1, "integer", true)));
  }
}
