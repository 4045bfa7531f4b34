/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.ddl;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.base.SourceTable;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.Tuple;
import dev.holdfast.postgres.scope.TableScope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a source noted about a change of definitions: a row of {@code holdfast.ddl}.
 *
 * @param id grows within a transaction
 * @param xid of the transaction, 32 bits
 * @param tag the command's, such as {@code ALTER TYPE}
 * @param oid of the table; empty for everything else
 * @param definition of the table after the change; empty for a dropped one and all else
 */
public record DdlRecord(
    long id,
    long xid,
    String tag,
    Event event,
    Optional<Long> oid,
    Optional<TableDefinition> definition) {

  /** What happened. */
  public enum Event {
    CREATED,
    CHANGED,
    /** Its rows may have other values now. */
    REWRITTEN,
    DROPPED,
    /** Something that the trigger could not find out. */
    UNKNOWN
  }

  /** Name of the table of these rows. */
  public static final String TABLE = "ddl";

  /**
   * A table as it was right after a change.
   *
   * @param published publications that it is in
   * @param empty it has no row and never had one since it was last emptied
   */
  public record TableDefinition(
      String schema,
      String name,
      Identity identity,
      List<String> published,
      boolean empty,
      List<Column> columns) {

    public TableDefinition {
      Objects.requireNonNull(identity, "identity");
      published = List.copyOf(published);
      columns = List.copyOf(columns);
    }

    /** Those that rows of the stream have. */
    public List<Column> streamed() {
      return columns.stream()
          .filter(column -> !column.dropped() && column.generated().isEmpty())
          .toList();
    }

    Optional<Column> column(int number) {
      return columns.stream().filter(column -> column.number() == number).findFirst();
    }

    /** As the source's catalog would show it. */
    public SourceTable asTable(long oid) {
      return new SourceTable(
          oid,
          schema,
          name,
          0,
          identity,
          Optional.empty(),
          streamed().stream()
              .map(
                  c ->
                      new SourceTable.Column(
                          c.number(),
                          c.name(),
                          c.typeOid(),
                          c.typmod(),
                          c.type(),
                          identity == Identity.KEY && c.key()))
              .toList());
    }
  }

  /**
   * @param missing what rows have in it that were written before it was added; empty for NULL
   */
  public record Column(
      int number,
      String name,
      long typeOid,
      int typmod,
      String type,
      String generated,
      boolean dropped,
      boolean key,
      Optional<String> missing) {}

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** Whether {@code relation} is the table that these rows stand in. */
  public static boolean isIn(ChangeRecord.Relation relation) {
    return relation.schema().equals(TableScope.OWN_SCHEMA) && relation.name().equals(TABLE);
  }

  /** From a row of the stream. */
  public static DdlRecord of(ChangeRecord.Relation relation, Tuple row) {
    return of(
        Long.parseLong(required(relation, row, "id")),
        Long.parseLong(required(relation, row, "xid")),
        required(relation, row, "tag"),
        required(relation, row, "event"),
        value(relation, row, "oid").map(Long::parseLong),
        value(relation, row, "definition"));
  }

  static DdlRecord of(
      long id,
      long xid,
      String tag,
      String event,
      Optional<Long> oid,
      Optional<String> definition) {
    Event known = EVENTS.getOrDefault(event, Event.UNKNOWN);
    try {
      return new DdlRecord(id, xid, tag, known, oid, definition.map(DdlRecord::parse));
    } catch (IllegalArgumentException e) {
      // Written by a version that says more: what it means is not known here.
      return new DdlRecord(id, xid, tag, Event.UNKNOWN, oid, Optional.empty());
    }
  }

  private static final java.util.Map<String, Event> EVENTS =
      java.util.Map.of(
          "created",
          Event.CREATED,
          "changed",
          Event.CHANGED,
          "rewritten",
          Event.REWRITTEN,
          "dropped",
          Event.DROPPED);

  private static TableDefinition parse(String json) {
    try {
      return JSON.readValue(json, TableDefinition.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("a definition is not readable", e);
    }
  }

  private static String required(ChangeRecord.Relation relation, Tuple row, String column) {
    return value(relation, row, column)
        .orElseThrow(
            () -> new IllegalStateException("a row of holdfast.ddl has no column " + column));
  }

  private static Optional<String> value(ChangeRecord.Relation relation, Tuple row, String column) {
    for (int i = 0; i < relation.columns().size() && i < row.size(); i++) {
      if (relation.columns().get(i).name().equals(column)) {
        byte @Nullable [] raw = row.raw(i);
        return raw == null || row.isUnchanged(i)
            ? Optional.empty()
            : Optional.of(new String(raw, StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
  }
}
