/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.scope.TableScope;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of a source's catalog that a scope covers, as the session's snapshot shows it. Only
 * catalog tables are read, no functions that look at the newest catalog instead.
 *
 * @param tables plain tables and leaf partitions that are captured, by schema and name
 * @param partitioned OIDs of partitioned tables in scope: they have no rows of their own
 * @param schemas names of the schemas in scope that exist
 * @param excluded tables that are not streamed, or not captured at all, and why
 */
public record SourceCatalog(
    List<SourceTable> tables,
    List<Long> partitioned,
    List<String> schemas,
    List<BaseIndex.Excluded> excluded) {

  public SourceCatalog {
    tables = List.copyOf(tables);
    partitioned = List.copyOf(partitioned);
    schemas = List.copyOf(schemas);
    excluded = List.copyOf(excluded);
  }

  /** Tables whose changes belong into the publication. */
  public List<SourceTable> streamed() {
    return tables.stream().filter(SourceTable::streamed).toList();
  }

  /** Of these tables only; nothing else that is known of them or of others. */
  SourceCatalog only(Set<Long> oids) {
    return new SourceCatalog(
        tables.stream().filter(t -> oids.contains(t.oid())).toList(),
        List.of(),
        List.of(),
        List.of());
  }

  public Optional<SourceTable> table(long oid) {
    return tables.stream().filter(t -> t.oid() == oid).findFirst();
  }

  private record Relation(
      long oid,
      String schema,
      String name,
      char kind,
      char persistence,
      char replicaIdentity,
      long filenode,
      Optional<String> extension) {}

  private record Found(
      int number, String name, long typeOid, int typmod, String type, boolean generated) {}

  private record Index(
      boolean primary,
      boolean replicaIdentity,
      boolean immediate,
      boolean valid,
      Set<Integer> key) {

    boolean usable() {
      return immediate && valid;
    }
  }

  public static SourceCatalog read(Connection connection, TableScope scope) throws SQLException {
    List<Relation> relations = relations(connection);
    Map<Long, Set<Long>> parents = parents(connection);
    Map<Long, Relation> byOid = new HashMap<>();
    relations.forEach(r -> byOid.put(r.oid(), r));
    List<Relation> inScope =
        relations.stream()
            .filter(r -> lineage(r, parents, byOid).stream().allMatch(a -> covers(scope, r, a)))
            .toList();
    List<Relation> covered = inScope.stream().filter(r -> r.kind() != 'p').toList();
    Set<Long> oids = new TreeSet<>();
    covered.forEach(r -> oids.add(r.oid()));
    Map<Long, List<Found>> columns = columns(connection, oids);
    Map<Long, List<Index>> indexes = indexes(connection, oids);
    List<SourceTable> tables = new ArrayList<>();
    List<BaseIndex.Excluded> excluded = new ArrayList<>();
    for (Relation relation : covered) {
      Optional<String> never = neverCaptured(relation);
      if (never.isPresent()) {
        excluded.add(new BaseIndex.Excluded(relation.schema(), relation.name(), never.get()));
        continue;
      }
      SourceTable table =
          table(
              relation,
              columns.getOrDefault(relation.oid(), List.of()),
              indexes.getOrDefault(relation.oid(), List.of()));
      tables.add(table);
      table
          .notStreamed()
          .ifPresent(
              reason -> excluded.add(new BaseIndex.Excluded(table.schema(), table.name(), reason)));
    }
    List<Long> partitioned =
        inScope.stream().filter(r -> r.kind() == 'p').map(Relation::oid).toList();
    return new SourceCatalog(tables, partitioned, schemas(connection, scope), excluded);
  }

  /** A partition is out of scope when a table that it is part of is excluded. */
  private static boolean covers(TableScope scope, Relation self, Relation ancestor) {
    return ancestor.equals(self)
        ? scope.covers(self.schema(), self.name())
        : !scope.excludes(ancestor.schema(), ancestor.name());
  }

  private static List<Relation> lineage(
      Relation relation, Map<Long, Set<Long>> parents, Map<Long, Relation> byOid) {
    List<Relation> lineage = new ArrayList<>(List.of(relation));
    Set<Long> seen = new HashSet<>(Set.of(relation.oid()));
    for (int i = 0; i < lineage.size(); i++) {
      for (long parent : parents.getOrDefault(lineage.get(i).oid(), Set.of())) {
        Relation found = byOid.get(parent);
        if (found != null && seen.add(parent)) {
          lineage.add(found);
        }
      }
    }
    return lineage;
  }

  private static Optional<String> neverCaptured(Relation relation) {
    if (relation.kind() == 'f') {
      return Optional.of("foreign table: its rows live on another server");
    }
    return relation
        .extension()
        .map(e -> "belongs to extension " + e + ", which creates it again with its rows");
  }

  private static SourceTable table(Relation relation, List<Found> found, List<Index> indexes) {
    Set<Integer> key = Set.of();
    Identity identity = Identity.NONE;
    Optional<String> reason = Optional.empty();
    switch (relation.replicaIdentity()) {
      case 'f' -> identity = Identity.FULL;
      case 'n' -> reason = Optional.of("its replica identity is NOTHING; " + IDENTITY_FIX);
      case 'i' -> {
        Optional<Index> index =
            indexes.stream().filter(i -> i.replicaIdentity() && i.usable()).findFirst();
        identity = index.isPresent() ? Identity.KEY : Identity.NONE;
        key = index.map(Index::key).orElse(Set.of());
        if (index.isEmpty()) {
          reason = Optional.of("its replica identity index is gone or invalid; " + IDENTITY_FIX);
        }
      }
      default -> {
        Optional<Index> index = indexes.stream().filter(Index::primary).findFirst();
        boolean usable = index.isPresent() && index.get().usable();
        identity = usable ? Identity.KEY : Identity.NONE;
        key = usable ? index.get().key() : Set.of();
        if (index.isEmpty()) {
          reason = Optional.of("it has no primary key; " + IDENTITY_FIX);
        } else if (!usable) {
          reason =
              Optional.of(
                  (index.get().immediate()
                          ? "its primary key's index is not valid"
                          : "its primary key is deferrable, which identifies no row in the stream")
                      + "; "
                      + IDENTITY_FIX);
        }
      }
    }
    if (relation.persistence() == 'u') {
      identity = Identity.NONE;
      key = Set.of();
      reason = Optional.of("unlogged: its changes are not in the log; captured in bases only");
    }
    List<SourceTable.Column> columns = new ArrayList<>();
    for (Found column : found) {
      if (column.generated() && key.contains(column.number())) {
        // pgoutput leaves generated columns out: the stream would not say which row it means.
        identity = Identity.NONE;
        reason =
            Optional.of(
                "its replica identity uses the generated column "
                    + column.name()
                    + "; "
                    + IDENTITY_FIX);
      }
    }
    for (Found column : found) {
      if (!column.generated()) {
        columns.add(
            new SourceTable.Column(
                column.number(),
                column.name(),
                column.typeOid(),
                column.typmod(),
                column.type(),
                identity == Identity.KEY && key.contains(column.number())));
      }
    }
    return new SourceTable(
        relation.oid(),
        relation.schema(),
        relation.name(),
        relation.filenode(),
        identity,
        reason,
        columns);
  }

  private static final String IDENTITY_FIX =
      "captured in bases only until it gets a primary key or REPLICA IDENTITY FULL";

  private static List<Relation> relations(Connection connection) throws SQLException {
    List<Relation> relations = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT c.oid::bigint, n.nspname, c.relname, c.relkind, c.relpersistence,
                       c.relreplident, c.relfilenode::bigint, e.extname
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_catalog.pg_depend d
                  ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                 AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e'
                LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
                WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
                  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
                ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
                """)) {
      while (row.next()) {
        relations.add(
            new Relation(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4).charAt(0),
                row.getString(5).charAt(0),
                row.getString(6).charAt(0),
                row.getLong(7),
                Optional.ofNullable(row.getString(8))));
      }
    }
    return relations;
  }

  private static List<String> schemas(Connection connection, TableScope scope) throws SQLException {
    List<String> schemas = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT nspname FROM pg_catalog.pg_namespace ORDER BY nspname COLLATE \"C\"")) {
      while (row.next()) {
        if (scope.coversSchema(row.getString(1))) {
          schemas.add(row.getString(1));
        }
      }
    }
    return schemas;
  }

  private static Map<Long, Set<Long>> parents(Connection connection) throws SQLException {
    Map<Long, Set<Long>> parents = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT inhrelid::bigint, inhparent::bigint FROM pg_catalog.pg_inherits")) {
      while (row.next()) {
        parents.computeIfAbsent(row.getLong(1), _ -> new TreeSet<>()).add(row.getLong(2));
      }
    }
    return parents;
  }

  private static Map<Long, List<Found>> columns(Connection connection, Set<Long> oids)
      throws SQLException {
    Map<Long, List<Found>> columns = new HashMap<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT attrelid::bigint, attnum, attname, atttypid::bigint, atttypmod,
                       pg_catalog.format_type(atttypid, atttypmod), attgenerated <> ''
                FROM pg_catalog.pg_attribute
                WHERE attrelid = ANY (?::pg_catalog.oid[]) AND attnum > 0 AND NOT attisdropped
                ORDER BY attrelid, attnum
                """);
        ResultSet row = query(connection, statement, oids)) {
      while (row.next()) {
        columns
            .computeIfAbsent(row.getLong(1), _ -> new ArrayList<>())
            .add(
                new Found(
                    row.getInt(2),
                    row.getString(3),
                    row.getLong(4),
                    row.getInt(5),
                    row.getString(6),
                    row.getBoolean(7)));
      }
    }
    return columns;
  }

  private static Map<Long, List<Index>> indexes(Connection connection, Set<Long> oids)
      throws SQLException {
    Map<Long, List<Index>> indexes = new HashMap<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT indrelid::bigint, indisprimary, indisreplident, indimmediate, indisvalid,
                       indkey::pg_catalog.text, indnkeyatts
                FROM pg_catalog.pg_index
                WHERE indrelid = ANY (?::pg_catalog.oid[]) AND (indisprimary OR indisreplident)
                """);
        ResultSet row = query(connection, statement, oids)) {
      while (row.next()) {
        Set<Integer> key = new TreeSet<>();
        String[] numbers = row.getString(6).split(" ");
        for (int i = 0; i < row.getInt(7); i++) {
          key.add(Integer.parseInt(numbers[i]));
        }
        indexes
            .computeIfAbsent(row.getLong(1), _ -> new ArrayList<>())
            .add(
                new Index(
                    row.getBoolean(2),
                    row.getBoolean(3),
                    row.getBoolean(4),
                    row.getBoolean(5),
                    key));
      }
    }
    return indexes;
  }

  static ResultSet query(Connection connection, PreparedStatement statement, Set<Long> oids)
      throws SQLException {
    Array array = connection.createArrayOf("int8", oids.toArray());
    statement.setArray(1, array);
    return statement.executeQuery();
  }
}
