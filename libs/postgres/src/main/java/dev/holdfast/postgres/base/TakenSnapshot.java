/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.model.Position;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.ddl.DdlLog;
import dev.holdfast.postgres.ddl.DdlRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;

/**
 * A snapshot of a source at an exact position, held open by a session that keeps every table in
 * scope from being truncated, rewritten or dropped until it is closed.
 */
public final class TakenSnapshot implements AutoCloseable {

  private final Connections connections;
  private final Connection holder;
  private final String snapshot;
  private final String slot;
  private final Position position;
  private final Instant at;
  private final SourceCatalog catalog;
  private final CatalogFingerprint fingerprint;

  TakenSnapshot(
      Connections connections,
      Connection holder,
      String snapshot,
      String slot,
      Position position,
      Instant at,
      SourceCatalog catalog,
      CatalogFingerprint fingerprint) {
    this.connections = connections;
    this.holder = holder;
    this.snapshot = snapshot;
    this.slot = slot;
    this.position = position;
    this.at = at;
    this.catalog = catalog;
    this.fingerprint = fingerprint;
  }

  /** The name that {@code SET TRANSACTION SNAPSHOT} takes, as long as this is open. */
  public String name() {
    return snapshot;
  }

  /** The slot whose consistent point this is; a temporary slot is gone already. */
  public String slot() {
    return slot;
  }

  /**
   * The slot's consistent point P. The snapshot sees exactly the transactions whose commit record
   * ends at or before P:
   *
   * <ul>
   *   <li>P is the end of a log record (the one at which decoding became consistent), and the
   *       exported snapshot is built from the commit records that decoding saw up to there. Log
   *       records do not overlap, so each commit record ends at or before P, and is in the
   *       snapshot, or begins at or after P, and is not.
   *   <li>A slot at P skips a transaction if, and only if, its commit record <em>begins</em> before
   *       P. Those are the same ones. So streaming from P gives exactly the transactions whose
   *       commit record ends after P: none is missing, none comes twice. The same holds for every
   *       later position, because only commit ends are confirmed, and they are ends of records too.
   *   <li>The snapshot decides by transaction ids, the rows' visibility by the commit log, which is
   *       written after the commit record. {@link BaseExporter#take} therefore waits until no
   *       transaction that the snapshot calls committed is still in progress.
   * </ul>
   */
  public Position position() {
    return position;
  }

  /** When it was taken, by our clock. */
  public Instant at() {
    return at;
  }

  /** The tables in scope as the snapshot sees them. */
  public SourceCatalog catalog() {
    return catalog;
  }

  /** The definitions as the snapshot sees them. */
  public CatalogFingerprint fingerprint() {
    return fingerprint;
  }

  /** The definitions as the snapshot sees them, in full; while it is held. */
  public CatalogState state() {
    try {
      return CatalogState.read(holder, catalog);
    } catch (SQLException e) {
      throw PostgresException.of(e, "reading the snapshot's catalog", connections.describe());
    }
  }

  /** Changes of definitions that the snapshot holds already; while it is held. */
  public List<DdlRecord> noted() {
    try {
      return DdlLog.read(holder);
    } catch (SQLException e) {
      throw PostgresException.of(e, "reading holdfast.ddl", connections.describe());
    }
  }

  /** Connections to the server that it was taken on. */
  Connections connections() {
    return connections;
  }

  Connection holder() {
    return holder;
  }

  /** Fails unless the session, and with it all locks, is still there. */
  void verifyHeld() {
    try (Statement statement = holder.createStatement()) {
      statement.execute("SELECT 1");
    } catch (SQLException e) {
      throw PostgresException.of(
          e, "holding the snapshot until all rows were copied", connections.describe());
    }
  }

  /** Lets the tables go. */
  @Override
  public void close() {
    try {
      holder.close();
    } catch (SQLException e) {
      throw PostgresException.of(e, "closing the snapshot's session", connections.describe());
    }
  }
}
