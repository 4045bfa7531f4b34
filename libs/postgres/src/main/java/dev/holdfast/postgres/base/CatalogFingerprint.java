/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.scope.TableScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Two hashes over the definitions that a scope covers, so that DDL is noticed without rights for
 * event triggers. Computed from catalog tables only, hence exact for the session's snapshot, and
 * the same on a promoted standby.
 *
 * @param rows SHA-256 over everything that decides what rows mean or whether they load: tables,
 *     columns, replica identities, partitions, enum labels, constraints, unique indexes, generated
 *     columns. Rows of the stream are not safe to apply to a base with another value.
 * @param definitions SHA-256 over the rest: other indexes, defaults, functions, triggers, views,
 *     policies, sequences, extensions, owners, privileges. With another value a base restores rows
 *     exactly, but older definitions.
 */
public record CatalogFingerprint(String rows, String definitions) {

  /** Both, as {@code rows.definitions}: the text that a base's manifest carries. */
  public String text() {
    return rows + "." + definitions;
  }

  /** Reads {@link #text}. */
  public static CatalogFingerprint parse(String text) {
    int dot = text.indexOf('.');
    if (dot < 0) {
      throw new IllegalArgumentException("'" + text + "' is no catalog fingerprint");
    }
    return new CatalogFingerprint(text.substring(0, dot), text.substring(dot + 1));
  }

  /** Reads what the session's snapshot shows; a few milliseconds for hundreds of tables. */
  public static CatalogFingerprint read(Connection connection, TableScope scope)
      throws SQLException {
    return read(connection, SourceCatalog.read(connection, scope));
  }

  /** Reads what the session shows now of tables that were read before. */
  public static CatalogFingerprint read(Connection connection, SourceCatalog catalog)
      throws SQLException {
    List<Long> tables = new ArrayList<>(catalog.partitioned());
    catalog.tables().forEach(t -> tables.add(t.oid()));
    return new CatalogFingerprint(
        hash(connection, ROWS, tables, catalog.schemas()),
        hash(connection, DEFINITIONS, tables, catalog.schemas()));
  }

  /**
   * The lines under the first hash, in their order, each ending in a newline but for the last:
   * {@code (kind,oid,...)}. Of a table's lines the second field, of an index's the third is the
   * table's OID.
   */
  static String rowLines(Connection connection, SourceCatalog catalog) throws SQLException {
    List<Long> tables = new ArrayList<>(catalog.partitioned());
    catalog.tables().forEach(t -> tables.add(t.oid()));
    return single(
        connection,
        "coalesce(pg_catalog.string_agg(line, E'\\n' ORDER BY line COLLATE \"C\"), '')",
        ROWS,
        tables,
        catalog.schemas());
  }

  private static String hash(
      Connection connection, String lines, List<Long> tables, List<String> schemas)
      throws SQLException {
    return single(
        connection,
        """
        pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(coalesce(
          pg_catalog.string_agg(line, E'\\n' ORDER BY line COLLATE "C"), ''), 'UTF8')), 'hex')
        """,
        lines,
        tables,
        schemas);
  }

  private static String single(
      Connection connection, String result, String lines, List<Long> tables, List<String> schemas)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            WITH scope AS MATERIALIZED (
              SELECT ?::pg_catalog.oid[] AS tables,
                     ARRAY(SELECT oid FROM pg_catalog.pg_namespace
                           WHERE nspname = ANY (?::pg_catalog.text[])) AS schemas),
            lines AS (
            """
                + lines
                + ") SELECT "
                + result
                + " FROM lines")) {
      statement.setArray(1, connection.createArrayOf("int8", tables.toArray()));
      statement.setArray(2, connection.createArrayOf("text", schemas.toArray()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  // pg_attribute.xmin: ALTER COLUMN ... TYPE with the same type and a USING clause rewrites every
  // row and leaves no other trace; VACUUM FULL and TRUNCATE, which change no row's meaning, do not
  // touch it.
  private static final String ROWS =
      """
      SELECT ROW('table', c.oid, n.nspname, c.relname, c.relkind, c.relpersistence,
                 c.relreplident, c.relpartbound)::pg_catalog.text AS line
        FROM scope, pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = ANY (scope.tables)
      UNION ALL
      SELECT ROW('column', a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod,
                 a.attgenerated, a.attisdropped, a.attnotnull, a.xmin)::pg_catalog.text
        FROM scope, pg_catalog.pg_attribute a
        WHERE a.attrelid = ANY (scope.tables) AND a.attnum > 0
      UNION ALL
      SELECT ROW('generated', d.adrelid, d.adnum, d.adbin)::pg_catalog.text
        FROM scope, pg_catalog.pg_attrdef d JOIN pg_catalog.pg_attribute a
          ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE d.adrelid = ANY (scope.tables) AND a.attgenerated <> ''
      UNION ALL
      SELECT ROW('unique', i.indexrelid, i.indrelid, i.indkey, i.indnkeyatts, i.indisprimary,
                 i.indimmediate, i.indisvalid, i.indisreplident, i.indclass, i.indcollation,
                 i.indexprs, i.indpred)::pg_catalog.text
        FROM scope, pg_catalog.pg_index i
        WHERE i.indrelid = ANY (scope.tables) AND i.indisunique
      UNION ALL
      SELECT ROW('inherits', i.inhrelid, i.inhparent, i.inhseqno)::pg_catalog.text
        FROM scope, pg_catalog.pg_inherits i WHERE i.inhrelid = ANY (scope.tables)
      UNION ALL
      SELECT ROW('partitioned', p.partrelid, p.partstrat, p.partattrs, p.partclass,
                 p.partcollation, p.partexprs)::pg_catalog.text
        FROM scope, pg_catalog.pg_partitioned_table p WHERE p.partrelid = ANY (scope.tables)
      UNION ALL
      SELECT ROW('constraint', c.oid, c.conrelid, c.contypid, c.conname, c.contype,
                 c.condeferrable, c.condeferred, c.convalidated, c.conkey, c.confrelid, c.confkey,
                 c.confupdtype, c.confdeltype, c.confmatchtype, c.conexclop,
                 c.conbin)::pg_catalog.text
        FROM scope, pg_catalog.pg_constraint c
        WHERE c.conrelid = ANY (scope.tables)
           OR (c.contypid <> 0 AND c.connamespace = ANY (scope.schemas))
      UNION ALL
      SELECT ROW('enum', e.enumtypid, e.enumsortorder, e.enumlabel)::pg_catalog.text
        FROM scope, pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
        WHERE t.typnamespace = ANY (scope.schemas)
      UNION ALL
      SELECT ROW('composite', a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod,
                 a.attisdropped)::pg_catalog.text
        FROM scope, pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'c' AND c.relnamespace = ANY (scope.schemas) AND a.attnum > 0
      UNION ALL
      SELECT ROW('type', t.oid, t.typname, t.typnamespace, t.typtype, t.typbasetype, t.typtypmod,
                 t.typnotnull, t.typcollation)::pg_catalog.text
        FROM scope, pg_catalog.pg_type t
        WHERE t.typnamespace = ANY (scope.schemas) AND t.typtype IN ('d', 'e', 'r', 'm')
      """;

  private static final String DEFINITIONS =
      """
      SELECT ROW('schema', n.oid, n.nspname, n.nspowner, n.nspacl)::pg_catalog.text AS line
        FROM scope, pg_catalog.pg_namespace n WHERE n.oid = ANY (scope.schemas)
      UNION ALL
      SELECT ROW('table', c.oid, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity,
                 c.reloptions, c.relam)::pg_catalog.text
        FROM scope, pg_catalog.pg_class c WHERE c.oid = ANY (scope.tables)
      UNION ALL
      SELECT ROW('column', a.attrelid, a.attnum, a.attidentity, a.attstorage, a.attacl,
                 a.attoptions)::pg_catalog.text
        FROM scope, pg_catalog.pg_attribute a
        WHERE a.attrelid = ANY (scope.tables) AND a.attnum > 0 AND NOT a.attisdropped
      UNION ALL
      SELECT ROW('default', d.adrelid, d.adnum, d.adbin)::pg_catalog.text
        FROM scope, pg_catalog.pg_attrdef d WHERE d.adrelid = ANY (scope.tables)
      UNION ALL
      SELECT ROW('index', c.relname, i.indexrelid, i.indrelid, i.indkey, i.indnkeyatts,
                 i.indisvalid, i.indclass, i.indoption, i.indcollation, i.indexprs, i.indpred,
                 c.relam, c.reloptions)::pg_catalog.text
        FROM scope, pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = ANY (scope.tables)
      UNION ALL
      SELECT ROW('function', p.oid, p.proname, p.pronamespace, p.proowner, p.prolang, p.prokind,
                 p.prosecdef, p.proleakproof, p.proisstrict, p.proretset, p.provolatile,
                 p.proparallel, p.prorettype, p.proargtypes, p.proallargtypes, p.proargmodes,
                 p.proargnames, p.proargdefaults, p.prosrc, p.probin, p.prosqlbody, p.proconfig,
                 p.proacl)::pg_catalog.text
        FROM scope, pg_catalog.pg_proc p WHERE p.pronamespace = ANY (scope.schemas)
      UNION ALL
      SELECT ROW('trigger', t.oid, t.tgrelid, t.tgname, t.tgfoid, t.tgtype, t.tgenabled,
                 t.tgdeferrable, t.tginitdeferred, t.tgattr, t.tgargs, t.tgqual, t.tgoldtable,
                 t.tgnewtable)::pg_catalog.text
        FROM scope, pg_catalog.pg_trigger t
        WHERE t.tgrelid = ANY (scope.tables) AND NOT t.tgisinternal
      UNION ALL
      SELECT ROW('rule', r.oid, c.relname, c.relnamespace, c.relkind, c.relowner, c.relacl,
                 r.rulename, r.ev_type, r.ev_enabled, r.is_instead, r.ev_qual,
                 r.ev_action)::pg_catalog.text
        FROM scope, pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
        WHERE c.relnamespace = ANY (scope.schemas)
          AND (c.relkind IN ('v', 'm') OR c.oid = ANY (scope.tables))
      UNION ALL
      SELECT ROW('policy', p.oid, p.polname, p.polrelid, p.polcmd, p.polpermissive, p.polroles,
                 p.polqual, p.polwithcheck)::pg_catalog.text
        FROM scope, pg_catalog.pg_policy p WHERE p.polrelid = ANY (scope.tables)
      UNION ALL
      SELECT ROW('sequence', c.oid, c.relname, c.relnamespace, c.relowner, c.relacl, s.seqtypid,
                 s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache,
                 s.seqcycle)::pg_catalog.text
        FROM scope, pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
        WHERE c.relnamespace = ANY (scope.schemas)
      UNION ALL
      SELECT ROW('statistics', s.oid, s.stxname, s.stxrelid, s.stxkeys, s.stxkind,
                 s.stxexprs)::pg_catalog.text
        FROM scope, pg_catalog.pg_statistic_ext s WHERE s.stxrelid = ANY (scope.tables)
      UNION ALL
      SELECT ROW('extension', e.extname, e.extversion, e.extnamespace)::pg_catalog.text
        FROM pg_catalog.pg_extension e
      UNION ALL
      SELECT ROW('type', t.oid, t.typowner, t.typacl, t.typdefault)::pg_catalog.text
        FROM scope, pg_catalog.pg_type t
        WHERE t.typnamespace = ANY (scope.schemas) AND t.typtype IN ('d', 'e', 'r', 'm')
      """;
}
