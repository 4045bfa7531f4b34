/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.model.Position;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stores the definitions of a source, without rows: schema, roles, and an index of both. */
public final class SchemaExporter {

  private final Connections connections;
  private final Duration patience;

  /**
   * @param connections to the primary
   * @param patience how long somebody may wait for what is locked meanwhile
   */
  public SchemaExporter(Connections connections, Duration patience) {
    this.connections = connections;
    this.patience = patience;
  }

  /** Stored definitions. */
  public record Exported(ObjectRef index, List<ObjectRef> objects) {}

  /**
   * Dumps what {@code session} sees. The session's transaction is repeatable read and has read
   * {@code state}.
   *
   * @param position from which the definitions hold
   * @param added columns that rows from before do not have
   * @return empty when definitions have changed by the end of the dump, which asks many things of
   *     the newest catalog, or when somebody else needs what has to be locked for it
   */
  public Optional<Exported> export(
      Connection session,
      CatalogState state,
      Position position,
      List<BaseIndex.AddedColumn> added,
      TableScope scope,
      ChunkSink sink) {
    try (Connection live = connections.named("holdfast-schema").open()) {
      int version = BaseExporter.serverVersion(live);
      String snapshot;
      try (Statement statement = session.createStatement();
          ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
        row.next();
        snapshot = row.getString(1);
      }
      List<ObjectRef> objects = new ArrayList<>();
      ObjectRef schema;
      try (ChunkSink.Chunk chunk = sink.begin(ObjectKind.SCHEMA)) {
        boolean dumped =
            new SchemaDump(new PgDump(connections, version), connections)
                .write(
                    session,
                    live,
                    snapshot,
                    SchemaDump.LeftOut.of(session, state.catalog()),
                    patience,
                    chunk);
        if (!dumped || !CatalogFingerprint.read(live, scope).equals(state.fingerprint())) {
          return Optional.empty();
        }
        schema = chunk.finish();
      }
      objects.add(schema);
      Optional<ObjectRef> roles = BaseExporter.roles(live, sink);
      roles.ifPresent(objects::add);
      BaseIndex index =
          new BaseIndex(
              BaseIndex.FORMAT,
              position,
              version,
              BaseExporter.single(live, "SHOW server_encoding"),
              connections.url().database(),
              schema,
              roles,
              Map.copyOf(BaseExporter.settings(live)),
              state.catalog().tables().stream().map(SchemaExporter::withoutRows).toList(),
              Sequences.read(live, scope),
              state.catalog().excluded(),
              Optional.of(DatabaseProperties.read(live)),
              Optional.empty(),
              added);
      try (ChunkSink.Chunk chunk = sink.begin(ObjectKind.BASE_INDEX)) {
        BaseIndexJson.write(index, chunk);
        return Optional.of(new Exported(chunk.finish(), objects));
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "recording definitions", connections.describe());
    } catch (IOException e) {
      throw new UncheckedIOException("recording definitions of " + connections.describe(), e);
    }
  }

  private static BaseIndex.Table withoutRows(SourceTable table) {
    return new BaseIndex.Table(
        table.oid(),
        table.schema(),
        table.name(),
        table.identity(),
        table.columns().stream()
            .map(c -> new BaseIndex.Column(c.number(), c.name(), c.typeOid(), c.type(), c.key()))
            .toList(),
        List.of(),
        0);
  }
}
