/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.proof;

import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.restore.Sandbox.HeldTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a source and its vault compare at one position, table by table.
 *
 * @param tables those that differ first, then by schema and name
 */
public record ContentComparison(List<TableResult> tables) {

  /** How a table compares. */
  public enum Result {
    DIFFERS,
    /** It cannot be told: the vault does not promise the table as it is now. */
    NOT_COMPARED,
    EQUAL
  }

  /**
   * @param inSource empty where the source does not have the table, or it was not read
   * @param rowsInVault empty where the vault does not have the table
   * @param detail empty for equal ones
   */
  public record TableResult(
      String schema,
      String name,
      Result result,
      Optional<ContentRecord.Table> inSource,
      Optional<Long> rowsInVault,
      String detail) {

    public TableResult detailed(String more) {
      return new TableResult(schema, name, result, inSource, rowsInVault, more);
    }
  }

  public ContentComparison {
    tables = List.copyOf(tables);
  }

  /**
   * @param held what the vault holds at the record's position
   * @param all false when the record has some of the tables only
   */
  public static ContentComparison of(ContentRecord source, List<HeldTable> held, boolean all) {
    Map<Long, HeldTable> vault = new HashMap<>();
    held.forEach(table -> vault.put(table.table().oid(), table));
    List<TableResult> results = new ArrayList<>();
    for (ContentRecord.Table table : source.tables()) {
      results.add(compare(table, Optional.ofNullable(vault.remove(table.oid()))));
    }
    if (all) {
      vault
          .values()
          .forEach(
              table ->
                  results.add(
                      new TableResult(
                          table.table().schema(),
                          table.table().name(),
                          Result.DIFFERS,
                          Optional.empty(),
                          Optional.of(table.content().rows()),
                          "the source has no such table")));
      source.excluded().stream()
          .filter(it -> results.stream().noneMatch(r -> isAbout(r, it)))
          .toList()
          .forEach(
              it ->
                  results.add(
                      new TableResult(
                          it.schema(),
                          it.name(),
                          Result.NOT_COMPARED,
                          Optional.empty(),
                          Optional.empty(),
                          "it is not protected: " + it.reason())));
    }
    results.sort(
        (a, b) -> {
          int byResult = a.result().compareTo(b.result());
          int bySchema = byResult != 0 ? byResult : a.schema().compareTo(b.schema());
          return bySchema != 0 ? bySchema : a.name().compareTo(b.name());
        });
    return new ContentComparison(results);
  }

  private static boolean isAbout(TableResult result, BaseIndex.Excluded excluded) {
    return result.schema().equals(excluded.schema()) && result.name().equals(excluded.name());
  }

  private static TableResult compare(ContentRecord.Table source, Optional<HeldTable> held) {
    if (held.isEmpty()) {
      return result(source, held, Result.DIFFERS, "the vault has no such table");
    }
    HeldTable vault = held.get();
    if (source.identity() == Identity.NONE || vault.table().identity() == Identity.NONE) {
      return result(
          source,
          held,
          Result.NOT_COMPARED,
          "it has no replica identity: the vault has it as at the base");
    }
    if (!source.columns().equals(vault.table().columnNames())) {
      return result(source, held, Result.DIFFERS, "it has other columns in the vault");
    }
    if (source.content().equals(vault.content())) {
      return result(source, held, Result.EQUAL, "");
    }
    if (vault.named() && source.rows() == vault.content().rows()) {
      return result(
          source,
          held,
          Result.NOT_COMPARED,
          "values of it name objects that the restored database lacks; it has equally many rows");
    }
    return result(
        source,
        held,
        Result.DIFFERS,
        source.rows() == vault.content().rows()
            ? "some of its " + source.rows() + " rows differ"
            : "it has "
                + source.rows()
                + " rows in the source and "
                + vault.content().rows()
                + " in the vault");
  }

  private static TableResult result(
      ContentRecord.Table source, Optional<HeldTable> held, Result result, String detail) {
    return new TableResult(
        source.schema(),
        source.name(),
        result,
        Optional.of(source),
        held.map(it -> it.content().rows()),
        detail);
  }

  public List<TableResult> differing() {
    return tables.stream().filter(table -> table.result() == Result.DIFFERS).toList();
  }

  public int count(Result result) {
    return (int) tables.stream().filter(table -> table.result() == result).count();
  }
}
