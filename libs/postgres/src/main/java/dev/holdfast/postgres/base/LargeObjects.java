/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * How many large objects a database has. PostgreSQL's logical decoding does not tell of them: they
 * are in bases only.
 *
 * @param unreadable those that the user may not read, or {@code pg_dump} would fail
 */
public record LargeObjects(long count, long unreadable) {

  public static LargeObjects count(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT count(*), count(*) FILTER (WHERE NOT (
                  pg_catalog.current_setting('is_superuser')::pg_catalog.bool
                  OR pg_catalog.current_setting('lo_compat_privileges')::pg_catalog.bool
                  OR pg_catalog.pg_has_role(lomowner, 'USAGE')
                  OR EXISTS (SELECT FROM pg_catalog.aclexplode(lomacl) a
                    WHERE a.privilege_type = 'SELECT'
                      AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE')))))
                FROM pg_catalog.pg_largeobject_metadata
                """)) {
      row.next();
      return new LargeObjects(row.getLong(1), row.getLong(2));
    }
  }

  /** There are some, and they can be read. */
  boolean dumped() {
    return count > 0 && unreadable == 0;
  }

  /** For whoever restores: why none of them is in the backup. */
  public Optional<String> leftOut() {
    return unreadable == 0
        ? Optional.empty()
        : Optional.of(
            count
                + " large objects are NOT in the backup: the user that takes it may not read "
                + unreadable
                + " of them. Columns of type oid or lo may point to nothing");
  }

  /** All that the snapshot sees, with owners, rights and comments. */
  ObjectRef dump(PgDump program, String snapshot, ChunkSink sink) throws IOException {
    try (ChunkSink.Chunk chunk = sink.begin(ObjectKind.LARGE_OBJECTS)) {
      program.write(snapshot, List.of("--data-only", "--blobs", "--exclude-table=*.*"), chunk);
      return chunk.finish();
    }
  }
}
