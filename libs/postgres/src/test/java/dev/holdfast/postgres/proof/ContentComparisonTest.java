/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseIndex.Excluded;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.proof.ContentComparison.Result;
import dev.holdfast.postgres.proof.ContentComparison.TableResult;
import dev.holdfast.postgres.restore.Sandbox.HeldTable;
import dev.holdfast.postgres.verify.RowList.Row;
import dev.holdfast.postgres.verify.TableContent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContentComparisonTest {

  private static final String ONE = "1".repeat(32);
  private static final String OTHER = "2".repeat(32);

  private static ContentRecord.Table source(long oid, String name, Identity identity, String hash) {
    return new ContentRecord.Table(
        oid,
        "public",
        name,
        identity,
        List.of("id"),
        List.of(0),
        5,
        10,
        hash,
        "",
        Optional.empty());
  }

  private static HeldTable vault(
      long oid, String name, Identity identity, long rows, String hash, boolean named) {
    return new HeldTable(
        new BaseIndex.Table(
            oid,
            "public",
            name,
            identity,
            List.of(new BaseIndex.Column(1, "id", 23, "integer", true)),
            List.of(),
            rows),
        new TableContent("public", name, rows, hash),
        named);
  }

  private static ContentRecord record(List<ContentRecord.Table> tables, List<Excluded> excluded) {
    return new ContentRecord(
        1, "proof-1", new Position("1", 1, Lsn.parse("0/1")), Instant.EPOCH, tables, excluded);
  }

  @Test
  void everyTableIsEqualDifferentOrToldNotToBeCompared() {
    ContentComparison comparison =
        ContentComparison.of(
            record(
                List.of(
                    source(1, "equal", Identity.KEY, ONE),
                    source(2, "changed", Identity.KEY, ONE),
                    source(3, "shorter", Identity.FULL, ONE),
                    source(4, "absent", Identity.KEY, ONE),
                    source(5, "keyless", Identity.NONE, ONE),
                    source(6, "named", Identity.KEY, ONE),
                    source(7, "renamed", Identity.KEY, ONE)),
                List.of(
                    new Excluded("public", "keyless", "it has no primary key"),
                    new Excluded("public", "foreign", "its rows live elsewhere"))),
            List.of(
                vault(1, "equal", Identity.KEY, 5, ONE, false),
                vault(2, "changed", Identity.KEY, 5, OTHER, false),
                vault(3, "shorter", Identity.FULL, 4, OTHER, false),
                vault(5, "keyless", Identity.NONE, 4, OTHER, false),
                vault(6, "named", Identity.KEY, 5, OTHER, true),
                vault(7, "otherwise", Identity.KEY, 5, ONE, false),
                vault(8, "dropped", Identity.KEY, 5, ONE, false)),
            true);
    assertThat(comparison.tables())
        .extracting(TableResult::name, TableResult::result)
        .containsExactly(
            tuple("absent", Result.DIFFERS),
            tuple("changed", Result.DIFFERS),
            tuple("dropped", Result.DIFFERS),
            tuple("renamed", Result.DIFFERS),
            tuple("shorter", Result.DIFFERS),
            tuple("foreign", Result.NOT_COMPARED),
            tuple("keyless", Result.NOT_COMPARED),
            tuple("named", Result.NOT_COMPARED),
            tuple("equal", Result.EQUAL));
    assertThat(comparison.tables())
        .filteredOn(table -> table.name().equals("shorter"))
        .singleElement()
        .extracting(TableResult::detail)
        .isEqualTo("it has 5 rows in the source and 4 in the vault");
  }

  @Test
  void aCloserLookComparesWhatItReadOnly() {
    ContentComparison comparison =
        ContentComparison.of(
            record(List.of(source(1, "equal", Identity.KEY, ONE)), List.of()),
            List.of(
                vault(1, "equal", Identity.KEY, 5, ONE, false),
                vault(2, "not read", Identity.KEY, 5, ONE, false)),
            false);
    assertThat(comparison.differing()).isEmpty();
    assertThat(comparison.count(Result.EQUAL)).isEqualTo(1);
  }

  @Test
  void rowsThatDifferAreToldApartByTheirKeys() {
    RowDifferences keyed =
        RowDifferences.of(
            List.of(new Row("9", ONE), new Row("10", ONE), new Row("11", ONE), new Row("5", ONE)),
            List.of(
                new Row("9", OTHER), new Row("10", OTHER), new Row("5", ONE), new Row("7", ONE)),
            true);
    assertThat(keyed.changed()).containsExactly("9", "10");
    assertThat(keyed.missing()).containsExactly("11");
    assertThat(keyed.extra()).containsExactly("7");
    assertThat(keyed.count()).isEqualTo(4);

    RowDifferences counted =
        RowDifferences.of(
            List.of(new Row("", ONE), new Row("", ONE), new Row("", OTHER)),
            List.of(new Row("", ONE)),
            false);
    assertThat(counted.unnamed()).isEqualTo(2);
    assertThat(counted.count()).isEqualTo(2);
    assertThat(RowDifferences.sorted(List.of("10", "9", "1a")))
        .as("text where one is no number")
        .containsExactly("10", "1a", "9");
  }
}
