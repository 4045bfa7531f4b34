/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.ddl;

import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.base.CatalogState;
import dev.holdfast.postgres.base.SourceTable;
import dev.holdfast.postgres.ddl.DdlRecord.Event;
import dev.holdfast.postgres.ddl.DdlRecord.TableDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether rows from before a change of definitions can be read as rows after it. What is not known
 * to be harmless is not: then the table's rows, or all of them, are needed anew. Pure.
 */
public final class SchemaTransition {

  /** Types whose values have the same text and bytes: {@code text} and {@code varchar}. */
  private static final Set<Long> TEXTS = Set.of(25L, 1043L);

  /** {@code regclass} and its like: their text is a name, which may be another by now. */
  private static final Set<Long> NAMES =
      Set.of(24L, 2202L, 2203L, 2204L, 2205L, 2206L, 3734L, 3769L, 4089L, 4096L, 4191L);

  /** Types from this OID on are not built in; only columns of these can hold what users define. */
  private static final long FIRST_OF_USERS = 16384;

  /** What the comparison found. */
  public sealed interface Outcome {

    /**
     * Rows from before tell what rows after it are, but for some tables.
     *
     * @param added columns that rows from before do not have, and what they have in them
     * @param lost tables whose rows are not known after it
     */
    record Covered(List<BaseIndex.AddedColumn> added, List<Lost> lost) implements Outcome {}

    /** Why rows from before do not tell what rows after it are. */
    record NotCovered(String reason) implements Outcome {}
  }

  /** A table whose rows are not known after the change, and why. */
  public record Lost(SourceTable table, String reason) {}

  private final CatalogState before;
  private final CatalogState after;
  private final String publication;
  private final Map<Long, List<DdlRecord>> records;
  private final boolean noted;

  private final boolean typesNoted;

  private final Set<String> linesBefore;
  private final Set<String> linesAfter;
  private final List<BaseIndex.AddedColumn> added = new ArrayList<>();
  private final List<Lost> lost = new ArrayList<>();

  private SchemaTransition(
      CatalogState before,
      CatalogState after,
      String publication,
      List<DdlRecord> records,
      boolean noted) {
    this.noted = noted;
    this.typesNoted = records.stream().anyMatch(record -> record.tag().equals("ALTER TYPE"));
    this.before = before;
    this.after = after;
    this.publication = publication;
    this.records =
        records.stream()
            .filter(record -> record.oid().isPresent())
            .collect(
                Collectors.groupingBy(
                    record -> record.oid().orElseThrow(), TreeMap::new, Collectors.toList()));
    this.linesBefore = new HashSet<>(before.lines().lines().toList());
    this.linesAfter = new HashSet<>(after.lines().lines().toList());
  }

  /**
   * When each change was noted where it happened: what was not, is not covered.
   *
   * @param records all that were noted between the two, oldest first
   */
  public static Outcome between(
      CatalogState before, CatalogState after, String publication, List<DdlRecord> records) {
    if (records.stream().anyMatch(record -> record.event() == Event.UNKNOWN)) {
      return new Outcome.NotCovered("definitions were changed in a way that could not be noted");
    }
    return new SchemaTransition(before, after, publication, records, true).outcome();
  }

  /**
   * When changes may have happened that nobody noted, at any moment between the two: every table
   * that is not exactly as it was is lost.
   */
  public static Outcome betweenUnnoted(
      CatalogState before, CatalogState after, String publication) {
    return new SchemaTransition(before, after, publication, List.of(), false).outcome();
  }

  private Outcome outcome() {
    return objection()
        .<Outcome>map(Outcome.NotCovered::new)
        .orElseGet(() -> new Outcome.Covered(List.copyOf(added), List.copyOf(lost)));
  }

  private Optional<String> objection() {
    for (SourceTable table : before.catalog().tables()) {
      Optional<String> objection =
          after
              .catalog()
              .table(table.oid())
              .map(now -> unlessLost(now, kept(table, now)))
              .orElseGet(() -> gone(table));
      if (objection.isPresent()) {
        return objection;
      }
    }
    for (SourceTable table : after.catalog().tables()) {
      if (before.catalog().table(table.oid()).isEmpty()) {
        Optional<String> objection = unlessLost(table, appeared(table));
        if (objection.isPresent()) {
          return objection;
        }
      }
    }
    return types();
  }

  /**
   * What was noted happened where it was noted: only from there on are the table's rows not known.
   * When something else was noted, but nothing of this table, nobody knows since when.
   */
  private Optional<String> unlessLost(SourceTable table, Optional<String> objection) {
    if (objection.isEmpty() || (noted && events(table).isEmpty())) {
      return objection;
    }
    lose(table, objection.get());
    return Optional.empty();
  }

  private void lose(SourceTable table, String reason) {
    added.removeIf(column -> column.table() == table.oid());
    lost.add(new Lost(table, reason));
  }

  private Optional<String> gone(SourceTable table) {
    boolean dropped = events(table).contains(Event.DROPPED);
    return dropped || !noted ? Optional.empty() : because(table, "is not in scope any more");
  }

  private Optional<String> kept(SourceTable was, SourceTable is) {
    if (was.identity() != is.identity() || was.streamed() != is.streamed()) {
      return because(is, "has replica identity " + is.identity() + ", had " + was.identity());
    }
    if (was.identity() == Identity.KEY && !keys(was).equals(keys(is))) {
      return because(is, "has another key");
    }
    if (events(is).contains(Event.DROPPED)) {
      return because(is, "was dropped, and another has its OID");
    }
    if (events(is).contains(Event.REWRITTEN)) {
      return because(is, "was rewritten");
    }
    Set<String> linesWere = columnLines(linesBefore, was.oid());
    if (!linesWere.equals(columnLines(linesAfter, is.oid()))) {
      if (was.filenode() != is.filenode()) {
        return because(is, "has another file, so its rows may have been rewritten");
      }
      if (!was.columns().equals(is.columns()) && events(is).isEmpty()) {
        return because(is, "was changed by somebody whose changes are not noted");
      }
    }
    Set<Integer> numbersWere =
        linesWere.stream().map(SchemaTransition::number).collect(Collectors.toSet());
    Optional<String> objection = columns(is, was.columns(), numbersWere);
    if (objection.isEmpty()
        && is.columns().stream().anyMatch(column -> NAMES.contains(column.typeOid()))) {
      lose(is, name(is) + " holds names of objects, which may have others now");
    }
    return objection;
  }

  /** Compares by number: names do not matter. */
  private Optional<String> columns(
      SourceTable is, List<SourceTable.Column> were, Set<Integer> numbersWere) {
    for (SourceTable.Column column : is.columns()) {
      Optional<SourceTable.Column> old =
          were.stream().filter(it -> it.number() == column.number()).findFirst();
      if (old.isPresent()) {
        boolean same =
            old.get().typeOid() == column.typeOid()
                || (TEXTS.contains(old.get().typeOid()) && TEXTS.contains(column.typeOid()));
        if (!same) {
          return because(is, "has another type in column " + column.name());
        }
        continue;
      }
      if (numbersWere.contains(column.number())) {
        return because(is, "keeps values of its own in column " + column.name() + " now");
      }
      Optional<DdlRecord.Column> noted =
          definitions(is).stream()
              .flatMap(definition -> definition.column(column.number()).stream())
              .findFirst();
      if (noted.isEmpty()) {
        return because(is, "has a column that nobody noted: " + column.name());
      }
      added.add(new BaseIndex.AddedColumn(is.oid(), column.number(), noted.get().missing()));
    }
    return Optional.empty();
  }

  /** Every row of a table that was published while it was empty is in the stream. */
  private Optional<String> appeared(SourceTable table) {
    List<DdlRecord> its = records.getOrDefault(table.oid(), List.of());
    if (its.isEmpty() || its.getFirst().event() != Event.CREATED) {
      return because(table, "is new in scope");
    }
    if (events(table).contains(Event.REWRITTEN)) {
      return because(table, "was rewritten");
    }
    List<TableDefinition> definitions = definitions(table);
    int published = -1;
    for (int i = 0; i < definitions.size() && published < 0; i++) {
      if (!definitions.get(i).empty()) {
        return because(table, "had rows before it was published");
      }
      published = definitions.get(i).published().contains(publication) ? i : -1;
    }
    if (published < 0 || !table.streamed()) {
      return because(
          table,
          "is new and not streamed: " + table.notStreamed().orElse("it was not published at once"));
    }
    SourceTable first = definitions.get(published).asTable(table.oid());
    if (first.identity() != table.identity() || !keys(first).equals(keys(table))) {
      return because(table, "has another key");
    }
    Set<Integer> numbers =
        definitions.get(published).columns().stream()
            .map(DdlRecord.Column::number)
            .collect(Collectors.toSet());
    return columns(table, first.columns(), numbers);
  }

  /**
   * Values of enum and composite types are text in rows: where one means something else now, the
   * rows of every table that may hold it are lost. Which domains, arrays and ranges are made of it
   * is not looked at: any type of a user may be.
   */
  private Optional<String> types() {
    Optional<String> changed = changedType();
    if (changed.isEmpty() || (noted && !typesNoted)) {
      return changed;
    }
    for (SourceTable table : after.catalog().tables()) {
      boolean mayHoldIt =
          table.columns().stream().anyMatch(column -> column.typeOid() >= FIRST_OF_USERS);
      if (mayHoldIt && lost.stream().noneMatch(it -> it.table().oid() == table.oid())) {
        lose(table, name(table) + " may hold values of it: " + changed.get());
      }
    }
    return Optional.empty();
  }

  private Optional<String> changedType() {
    if (typesNoted && typeLines(linesBefore).equals(typeLines(linesAfter))) {
      return Optional.of("a type was changed, and changed back");
    }
    Set<String> typesAfter = fields(linesAfter, "(type,", 1);
    for (String line : linesBefore) {
      // A label that only has another place may have changed its name with another one.
      if (line.startsWith("(enum,")
          && typesAfter.contains(field(line, 1))
          && !linesAfter.contains(line)) {
        return Optional.of("a label of an enum type was renamed");
      }
    }
    Map<String, Set<String>> compositesAfter = composites(linesAfter);
    for (Map.Entry<String, Set<String>> type : composites(linesBefore).entrySet()) {
      Set<String> now = compositesAfter.get(type.getKey());
      if (now != null && !now.equals(type.getValue())) {
        return Optional.of("a composite type was changed");
      }
    }
    return Optional.empty();
  }

  private static Set<String> typeLines(Set<String> lines) {
    return lines.stream()
        .filter(
            line ->
                line.startsWith("(enum,")
                    || line.startsWith("(composite,")
                    || line.startsWith("(type,"))
        .collect(Collectors.toSet());
  }

  private static Map<String, Set<String>> composites(Set<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("(composite,"))
        .collect(Collectors.groupingBy(line -> field(line, 1), Collectors.toSet()));
  }

  private List<TableDefinition> definitions(SourceTable table) {
    return records.getOrDefault(table.oid(), List.of()).stream()
        .flatMap(record -> record.definition().stream())
        .toList();
  }

  private Set<Event> events(SourceTable table) {
    return records.getOrDefault(table.oid(), List.of()).stream()
        .map(DdlRecord::event)
        .collect(Collectors.toSet());
  }

  private static Set<Integer> keys(SourceTable table) {
    return table.columns().stream()
        .filter(SourceTable.Column::key)
        .map(SourceTable.Column::number)
        .collect(Collectors.toSet());
  }

  private static Set<String> columnLines(Set<String> lines, long oid) {
    String prefix = "(column," + oid + ",";
    return lines.stream().filter(line -> line.startsWith(prefix)).collect(Collectors.toSet());
  }

  private static int number(String columnLine) {
    return Integer.parseInt(Objects.requireNonNull(field(columnLine, 2)));
  }

  private static Set<String> fields(Set<String> lines, String prefix, int field) {
    return lines.stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> field(line, field))
        .collect(Collectors.toSet());
  }

  /** The first fields of a line are names of kinds and numbers: nothing in them is quoted. */
  private static String field(String line, int field) {
    return line.split(",", field + 2)[field];
  }

  private static Optional<String> because(SourceTable table, String what) {
    return Optional.of(name(table) + " " + what);
  }

  private static String name(SourceTable table) {
    return "table " + table.schema() + "." + table.name();
  }
}
