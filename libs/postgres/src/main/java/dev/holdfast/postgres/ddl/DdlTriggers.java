/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.ddl;

import dev.holdfast.postgres.scope.TableScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event triggers by which a source notes changes of definitions in {@code holdfast.ddl}, in the
 * changing transaction. Creating them takes a superuser on most servers; where they cannot be
 * created, changes are noticed by the {@code CatalogFingerprint} alone.
 */
public final class DdlTriggers {

  private static final Logger LOG = LoggerFactory.getLogger(DdlTriggers.class);

  private DdlTriggers() {}

  /** What the triggers write to, what we keep beside it, and what we tell the triggers. */
  private static final String TABLES =
      """
      CREATE TABLE IF NOT EXISTS holdfast.ddl (
        id pg_catalog.int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        xid pg_catalog.int8 NOT NULL, tag pg_catalog.text NOT NULL,
        event pg_catalog.text NOT NULL, kind pg_catalog.text NOT NULL,
        oid pg_catalog.int8, schema pg_catalog.text, name pg_catalog.text,
        definition pg_catalog.text);
      CREATE TABLE IF NOT EXISTS holdfast.capture (
        publication pg_catalog.text PRIMARY KEY, include pg_catalog.text[] NOT NULL,
        exclude pg_catalog.text[] NOT NULL);
      REVOKE ALL ON holdfast.ddl, holdfast.capture FROM PUBLIC;
      """;

  /** Without wildcards a pattern is a name; as {@code TableScope} matches. */
  private static final String MATCHES =
      """
      SELECT EXISTS (SELECT FROM pg_catalog.unnest(patterns) p
        WHERE given LIKE pg_catalog.replace(pg_catalog.replace(p, '\\', '\\\\'), '_', '\\_'))
      """;

  /** Publications of the captures whose scope has a relation; of a schema without a name. */
  private static final String CAPTURES =
      """
      SELECT c.publication FROM holdfast.capture c
      WHERE given_schema NOT LIKE 'pg\\_%' AND given_schema NOT IN ('information_schema', 'holdfast')
        AND holdfast.matches(c.include, given_schema)
        AND NOT holdfast.matches(c.exclude, given_schema)
        AND (given_name IS NULL OR NOT (holdfast.matches(c.exclude, given_name)
          OR holdfast.matches(c.exclude, given_schema || '.' || given_name)))
      """;

  /** A table as JSON; what its older rows have in columns that were added. */
  private static final String DESCRIBE =
      """
      SELECT pg_catalog.jsonb_build_object(
        'schema', n.nspname, 'name', c.relname, 'kind', c.relkind,
        'persistence', c.relpersistence, 'filenode', c.relfilenode::pg_catalog.int8,
        'identity', CASE WHEN c.relpersistence = 'u' THEN 'NONE'
                         WHEN c.relreplident = 'f' THEN 'FULL'
                         WHEN k.key IS NULL OR EXISTS (SELECT FROM pg_catalog.pg_attribute g
                                WHERE g.attrelid = c.oid AND g.attnum = ANY (k.key)
                                  AND g.attgenerated <> '') THEN 'NONE'
                         ELSE 'KEY' END,
        'published', coalesce((SELECT pg_catalog.jsonb_agg(p.pubname)
                        FROM pg_catalog.pg_publication_rel r
                        JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
                        WHERE r.prrelid = c.oid), '[]'),
        'empty', pg_catalog.pg_relation_size(c.oid) = 0,
        'columns', coalesce((SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'number', a.attnum, 'name', a.attname, 'typeOid', a.atttypid::pg_catalog.int8,
            'typmod', a.atttypmod, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
            'generated', a.attgenerated, 'identity', a.attidentity, 'dropped', a.attisdropped,
            'notNull', a.attnotnull,
            'missing', CASE WHEN a.atthasmissing
              THEN (a.attmissingval::pg_catalog.text::pg_catalog.text[])[1] END,
            'key', k.key IS NOT NULL AND a.attnum = ANY (k.key)) ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0), '[]')
        )::pg_catalog.text
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN LATERAL (
        SELECT (i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1] AS key
        FROM pg_catalog.pg_index i
        WHERE i.indrelid = c.oid AND i.indimmediate AND i.indisvalid
          AND ((c.relreplident = 'd' AND i.indisprimary)
            OR (c.relreplident = 'i' AND i.indisreplident))
        LIMIT 1) k ON true
      WHERE c.oid = relation
      """;

  /**
   * Publishes a table that this transaction has created, while it has no row: whatever comes into
   * it is streamed. Waits for nobody longer than a moment, shorter than deadlocks take to be found.
   */
  private static final String PUBLISH =
      """
      DECLARE
        publication pg_catalog.text;
        r record;
      BEGIN
        SELECT n.nspname, c.relname, holdfast.describe(c.oid)::pg_catalog.jsonb AS definition
          INTO r
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE c.oid = relation AND c.relkind = 'r' AND c.relpersistence = 'p'
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
              WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                AND d.objid = c.oid AND d.deptype = 'e');
        IF NOT FOUND OR r.definition ->> 'identity' = 'NONE'
            OR NOT (r.definition ->> 'empty')::pg_catalog.bool THEN
          RETURN;
        END IF;
        FOR publication IN
          SELECT p.pubname FROM pg_catalog.pg_publication p
          WHERE p.pubname IN (SELECT holdfast.captures(r.nspname, r.relname))
            AND NOT (r.definition -> 'published') @> pg_catalog.to_jsonb(p.pubname)
            AND NOT EXISTS (
              SELECT FROM pg_catalog.pg_partition_ancestors(relation) a(relid)
              JOIN pg_catalog.pg_class c ON c.oid = a.relid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN holdfast.capture s ON s.publication = p.pubname
              WHERE holdfast.matches(s.exclude, n.nspname::pg_catalog.text)
                 OR holdfast.matches(s.exclude, c.relname::pg_catalog.text)
                 OR holdfast.matches(s.exclude, n.nspname || '.' || c.relname))
        LOOP
          BEGIN
            EXECUTE pg_catalog.format('ALTER PUBLICATION %I ADD TABLE ONLY %I.%I',
              publication, r.nspname, r.relname);
          EXCEPTION WHEN OTHERS THEN
            -- Not published, and its definition says so: a base is taken.
            NULL;
          END;
        END LOOP;
      END
      """;

  private static final String NOTE =
      """
      INSERT INTO holdfast.ddl (xid, tag, event, kind, oid, schema, name, definition)
      VALUES (pg_catalog.pg_current_xact_id()::pg_catalog.xid::pg_catalog.text::pg_catalog.int8,
        given_tag, given_event, given_kind, given_oid::pg_catalog.int8, given_schema, given_name,
        given_definition)
      """;

  /** A table, and what inherits from it. */
  private static final String NOTE_TABLE =
      """
      DECLARE
        r record;
      BEGIN
        FOR r IN
          WITH RECURSIVE family(oid) AS (
            SELECT relation
            UNION
            SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN family f ON f.oid = i.inhparent)
          SELECT c.oid, n.nspname, c.relname, c.relkind FROM family f
          JOIN pg_catalog.pg_class c ON c.oid = f.oid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
            AND EXISTS (SELECT holdfast.captures(n.nspname, c.relname))
        LOOP
          IF given_event = 'created' OR EXISTS (SELECT FROM holdfast.ddl d
              WHERE d.oid = r.oid::pg_catalog.int8 AND d.event = 'created'
                AND d.xid = pg_catalog.pg_current_xact_id()::pg_catalog.xid
                      ::pg_catalog.text::pg_catalog.int8) THEN
            PERFORM holdfast.publish(r.oid);
          END IF;
          PERFORM holdfast.note(given_tag,
            CASE WHEN r.oid = relation THEN given_event ELSE 'changed' END, 'table', r.oid,
            r.nspname, r.relname, holdfast.describe(r.oid));
        END LOOP;
      END
      """;

  /** Never makes a command fail: what goes wrong is noted as not known. */
  private static final String TRIGGER =
      """
      DECLARE
        o record;
        relation pg_catalog.oid;
      BEGIN
        -- Our own, what is never restored, and what people run every minute.
        IF TG_TAG LIKE '%PUBLICATION' OR TG_TAG LIKE '%SUBSCRIPTION'
            OR TG_TAG = 'REFRESH MATERIALIZED VIEW' THEN
          RETURN;
        END IF;
        IF TG_EVENT = 'table_rewrite' THEN
          PERFORM holdfast.note_table(TG_TAG, 'rewritten',
            pg_catalog.pg_event_trigger_table_rewrite_oid());
        ELSIF TG_EVENT = 'sql_drop' THEN
          FOR o IN SELECT d.object_type, d.objid, d.schema_name, d.object_name
                   FROM pg_catalog.pg_event_trigger_dropped_objects() d
                   WHERE NOT d.is_temporary AND d.schema_name IS DISTINCT FROM 'holdfast'
                     AND (d.schema_name IS NULL OR d.schema_name NOT LIKE 'pg\\_%')
          LOOP
            IF o.object_type = 'table' THEN
              CONTINUE WHEN NOT EXISTS (SELECT holdfast.captures(o.schema_name, o.object_name));
              PERFORM holdfast.note(TG_TAG, 'dropped', 'table', o.objid, o.schema_name,
                o.object_name, NULL);
            ELSIF o.object_type = 'table column' THEN
              PERFORM holdfast.note_table(TG_TAG, 'changed', o.objid);
            ELSIF o.object_type IN ('view', 'materialized view', 'function', 'procedure',
                'aggregate', 'sequence', 'schema', 'extension', 'domain', 'trigger', 'policy',
                'rule', 'index', 'type', 'table constraint')
                AND (o.schema_name IS NULL OR EXISTS (SELECT holdfast.captures(o.schema_name, NULL)))
            THEN
              PERFORM holdfast.note(TG_TAG, 'changed', o.object_type, NULL, o.schema_name,
                o.object_name, NULL);
            END IF;
          END LOOP;
        ELSE
          FOR o IN SELECT d.classid, d.objid, d.command_tag, d.object_type, d.schema_name
                   FROM pg_catalog.pg_event_trigger_ddl_commands() d
                   WHERE NOT d.in_extension AND d.schema_name IS DISTINCT FROM 'holdfast'
                     AND (d.schema_name IS NULL OR d.schema_name NOT LIKE 'pg\\_%')
          LOOP
            relation := NULL;
            IF o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN
              SELECT coalesce(i.indrelid, c.oid) INTO relation FROM pg_catalog.pg_class c
                LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
                WHERE c.oid = o.objid AND c.relkind IN ('r', 'p', 'f', 'i', 'I');
            END IF;
            IF o.schema_name IS NOT NULL
                AND NOT EXISTS (SELECT holdfast.captures(o.schema_name, NULL)) THEN
              CONTINUE;
            END IF;
            IF relation IS NOT NULL THEN
              PERFORM holdfast.note_table(o.command_tag,
                CASE WHEN relation = o.objid AND o.object_type IN ('table', 'foreign table')
                      AND o.command_tag IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO',
                        'CREATE FOREIGN TABLE')
                     THEN 'created' ELSE 'changed' END, relation);
            ELSE
              PERFORM holdfast.note(coalesce(o.command_tag, TG_TAG), 'changed',
                coalesce(o.object_type, ''), NULL, o.schema_name, NULL, NULL);
            END IF;
          END LOOP;
        END IF;
      EXCEPTION WHEN OTHERS THEN
        BEGIN
          -- The code only: messages may quote values.
          PERFORM holdfast.note(TG_TAG, 'unknown', SQLSTATE, NULL, NULL, NULL, NULL);
        EXCEPTION WHEN OTHERS THEN
          NULL;
        END;
      END
      """;

  private static final String SETTINGS =
      """
      SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms'
      SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET extra_float_digits = '1'
      SET bytea_output = 'hex' SET timezone = 'UTC' SET xmlbinary = 'base64'
      SET row_security = off
      """;

  private static String function(String signature, String returns, String language, String body) {
    return "CREATE OR REPLACE FUNCTION holdfast."
        + signature
        + " RETURNS "
        + returns
        + " LANGUAGE "
        + language
        + (returns.equals("event_trigger") ? " SECURITY DEFINER " + SETTINGS : "")
        + " AS $holdfast$\n"
        + body
        + "$holdfast$";
  }

  private static final String[] FUNCTIONS = {
    function("matches(patterns text[], given text)", "bool", "sql STABLE", MATCHES),
    function("captures(given_schema text, given_name text)", "SETOF text", "sql STABLE", CAPTURES),
    function("describe(relation oid)", "text", "sql STABLE", DESCRIBE),
    function("publish(relation oid)", "void", "plpgsql", PUBLISH),
    function(
        "note(given_tag text, given_event text, given_kind text, given_oid oid, given_schema text,"
            + " given_name text, given_definition text)",
        "void",
        "sql",
        NOTE),
    function(
        "note_table(given_tag text, given_event text, relation oid)",
        "void",
        "plpgsql",
        NOTE_TABLE),
    function("note_ddl()", "event_trigger", "plpgsql", TRIGGER)
  };

  private static final String[] EVENTS = {"ddl_command_end", "sql_drop", "table_rewrite"};

  /**
   * Creates the triggers and their tables, or brings them up to date, and tells them what {@code
   * publication} protects. Needs the schema.
   *
   * @return why there are none; empty when they are there
   */
  public static Optional<String> install(
      Connection connection, String publication, TableScope scope) throws SQLException {
    boolean automatic = connection.getAutoCommit();
    connection.setAutoCommit(false);
    Savepoint before = connection.setSavepoint();
    try {
      if (!active(connection)) {
        create(connection);
      }
      tell(connection, publication, scope);
      connection.commit();
      return Optional.empty();
    } catch (SQLException e) {
      connection.rollback(before);
      if (connection.isClosed() || !"42501".equals(e.getSQLState())) {
        throw e;
      }
      LOG.debug("event triggers cannot be created: {}", e.getMessage());
      return Optional.of(String.valueOf(e.getMessage()));
    } finally {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.setAutoCommit(automatic);
      }
    }
  }

  private static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(TABLES);
      for (String function : FUNCTIONS) {
        statement.execute(function);
      }
      statement.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA holdfast FROM PUBLIC");
      for (String event : EVENTS) {
        String name = "holdfast_" + event;
        statement.execute("DROP EVENT TRIGGER IF EXISTS " + name);
        statement.execute(
            "CREATE EVENT TRIGGER "
                + name
                + " ON "
                + event
                + " EXECUTE FUNCTION holdfast.note_ddl()");
        // Also for sessions whose session_replication_role is replica.
        statement.execute("ALTER EVENT TRIGGER " + name + " ENABLE ALWAYS");
      }
    }
  }

  private static void tell(Connection connection, String publication, TableScope scope)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO holdfast.capture AS c (publication, include, exclude) VALUES (?, ?, ?)
            ON CONFLICT (publication) DO UPDATE
              SET include = EXCLUDED.include, exclude = EXCLUDED.exclude
              WHERE (c.include, c.exclude) IS DISTINCT FROM (EXCLUDED.include, EXCLUDED.exclude)
            """)) {
      statement.setString(1, publication);
      statement.setArray(2, connection.createArrayOf("text", scope.include().toArray()));
      statement.setArray(3, connection.createArrayOf("text", scope.exclude().toArray()));
      statement.execute();
    }
  }

  /**
   * Whether every change of definitions is noted now: all triggers are there, enabled and ours, and
   * nobody else may write what they write.
   */
  public static boolean active(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT
              (SELECT count(*) = 3 FROM pg_catalog.pg_event_trigger t
               JOIN pg_catalog.pg_proc p ON p.oid = t.evtfoid
               JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
               WHERE n.nspname = 'holdfast' AND p.proname = 'note_ddl' AND t.evtenabled = 'A'
                 AND t.evttags IS NULL AND t.evtevent = ANY (?) AND p.prosrc = ?)
              AND (SELECT count(*) = 6 FROM pg_catalog.pg_proc p
                   JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                   WHERE n.nspname = 'holdfast' AND p.prosrc = ANY (?))
              AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
                pg_catalog.aclexplode(c.relacl) a
                WHERE n.nspname = 'holdfast' AND c.relname = 'ddl' AND a.grantee <> c.relowner
                  AND a.privilege_type <> 'SELECT')
            """)) {
      statement.setArray(1, connection.createArrayOf("text", EVENTS));
      statement.setString(2, "\n" + TRIGGER);
      String[] bodies = {
        "\n" + MATCHES,
        "\n" + CAPTURES,
        "\n" + DESCRIBE,
        "\n" + PUBLISH,
        "\n" + NOTE,
        "\n" + NOTE_TABLE
      };
      statement.setArray(3, connection.createArrayOf("text", bodies));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
