/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.model.Position;
import dev.holdfast.vault.ObjectRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Index of a base snapshot: the JSON of its {@code BASE_INDEX} object.
 *
 * @param format {@link #FORMAT}
 * @param serverVersion {@code server_version_num}, such as 150019
 * @param encoding server encoding; rows are always stored in UTF-8
 * @param schema {@code pg_dump --format=custom --schema-only} under the same snapshot
 * @param roles {@code CREATE ROLE} statements without passwords, as SQL; empty where the source
 *     does not allow reading them
 * @param settings {@code ALTER DATABASE ... SET} pairs of the source database
 * @param properties of the database; absent in bases of earlier versions
 * @param largeObjects as at the base; absent when there are none, or none may be read
 * @param added only with recorded definitions: columns that rows from before do not have
 */
public record BaseIndex(
    int format,
    Position position,
    int serverVersion,
    String encoding,
    String database,
    ObjectRef schema,
    Optional<ObjectRef> roles,
    Map<String, String> settings,
    List<Table> tables,
    List<Sequence> sequences,
    List<Excluded> excluded,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<DatabaseProperties> properties,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<StoredLargeObjects> largeObjects,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AddedColumn> added) {

  public static final int FORMAT = 1;

  // An index that is read may lack what only some have.
  @SuppressWarnings("NullAway")
  public BaseIndex {
    added = added == null ? List.of() : List.copyOf(added);
  }

  /** A base's: nothing was added to it. */
  public BaseIndex(
      int format,
      Position position,
      int serverVersion,
      String encoding,
      String database,
      ObjectRef schema,
      Optional<ObjectRef> roles,
      Map<String, String> settings,
      List<Table> tables,
      List<Sequence> sequences,
      List<Excluded> excluded,
      Optional<DatabaseProperties> properties,
      Optional<StoredLargeObjects> largeObjects) {
    this(
        format,
        position,
        serverVersion,
        encoding,
        database,
        schema,
        roles,
        settings,
        tables,
        sequences,
        excluded,
        properties,
        largeObjects,
        List.of());
  }

  /** The same but for its tables. */
  public BaseIndex withTables(List<Table> others) {
    return with(others, excluded, largeObjects);
  }

  /**
   * Some of its tables only, without what belongs to none.
   *
   * @param wanted by schema and name
   */
  public BaseIndex only(BiPredicate<String, String> wanted) {
    return with(
        tables.stream().filter(it -> wanted.test(it.schema(), it.name())).toList(),
        excluded.stream().filter(it -> wanted.test(it.schema(), it.name())).toList(),
        Optional.empty());
  }

  private BaseIndex with(
      List<Table> others, List<Excluded> left, Optional<StoredLargeObjects> objects) {
    return new BaseIndex(
        format,
        position,
        serverVersion,
        encoding,
        database,
        schema,
        roles,
        settings,
        others,
        sequences,
        left,
        properties,
        objects,
        added);
  }

  /** How rows of a table are told apart in the change stream. */
  public enum Identity {
    /** The columns {@link Column#key} of an immediate unique index that is the replica identity. */
    KEY,
    /** Whole row images. */
    FULL,
    /** None: the table is captured in bases only. */
    NONE
  }

  /**
   * A table with rows of its own: plain tables and leaf partitions.
   *
   * @param oid in the source, stable as long as the table lives
   * @param columns in attribute order, dropped and generated ones left out, as they stand in the
   *     rows
   */
  public record Table(
      long oid,
      String schema,
      String name,
      Identity identity,
      List<Column> columns,
      List<Chunk> chunks,
      long rows) {

    /** As they stand in the rows. */
    public List<String> columnNames() {
      return columns.stream().map(Column::name).toList();
    }
  }

  /**
   * @param number {@code attnum}, stable under renames
   * @param type as {@code format_type} prints it
   */
  public record Column(int number, String name, long typeOid, String type, boolean key) {}

  /** Rows of one table: {@code COPY ... TO STDOUT} text format, UTF-8, one line a row. */
  public record Chunk(ObjectRef object, long rows) {}

  /**
   * @param owner {@code schema.table.column} that the sequence belongs to, if any
   */
  public record Sequence(
      String schema, String name, long lastValue, boolean called, Optional<String> owner) {}

  /** A table that protection leaves out, and why: a visible hole. */
  public record Excluded(String schema, String name, String reason) {}

  /**
   * The large objects of a database.
   *
   * @param object {@code pg_dump --format=custom --data-only --large-objects} under the same
   *     snapshot
   */
  public record StoredLargeObjects(ObjectRef object, long count) {}

  /**
   * A column that was added to a table.
   *
   * @param table its OID
   * @param number {@code attnum}
   * @param value what rows have in it that were written before; empty for NULL
   */
  public record AddedColumn(long table, int number, Optional<String> value) {}
}
