/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.model.Position;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.ddl.DdlRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
  private final CatalogState state;
  private final SourceCatalog read;
  private final List<DdlRecord> noted;

  private final List<Consumer<PostgresException>> stops = new ArrayList<>();
  private Optional<PostgresException> gaveWay = Optional.empty();
  private @Nullable LockWaiters waiters;

  TakenSnapshot(
      Connections connections,
      Connection holder,
      String snapshot,
      String slot,
      Position position,
      Instant at,
      CatalogState state,
      SourceCatalog read,
      List<DdlRecord> noted) {
    this.connections = connections;
    this.holder = holder;
    this.snapshot = snapshot;
    this.slot = slot;
    this.position = position;
    this.at = at;
    this.state = state;
    this.read = read;
    this.noted = List.copyOf(noted);
  }

  /** From here on the tables are let go when somebody waits for one of them for that long. */
  void giveWayAfter(Duration patience) throws SQLException {
    waiters = LockWaiters.watch(connections, holder, patience, this::giveWay);
  }

  private void giveWay(PostgresException why) {
    List<Consumer<PostgresException>> told;
    synchronized (this) {
      gaveWay = Optional.of(why);
      told = List.copyOf(stops);
    }
    // Those that read first: after the locks are gone, they would read what is not there any more.
    told.forEach(stop -> stop.accept(why));
    abort(holder);
  }

  private void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      throw PostgresException.of(e, "letting the tables go", connections.describe());
    }
  }

  /** Has {@code stop} called when the tables are let go; at once if they were. */
  public void onGivingWay(Consumer<PostgresException> stop) {
    Optional<PostgresException> already;
    synchronized (this) {
      stops.add(stop);
      already = gaveWay;
    }
    already.ifPresent(stop);
  }

  /** Why the tables were let go before this was closed; empty when they were not. */
  public synchronized Optional<PostgresException> gaveWay() {
    return gaveWay;
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

  /** The tables that are to be read, as the snapshot sees them. */
  public SourceCatalog catalog() {
    return read;
  }

  /** The definitions as the snapshot sees them. */
  public CatalogFingerprint fingerprint() {
    return state.fingerprint();
  }

  /** The definitions of all in scope as the snapshot sees them, in full. */
  public CatalogState state() {
    return state;
  }

  /** Changes of definitions that the snapshot holds already. */
  public List<DdlRecord> noted() {
    return noted;
  }

  /** Connections to the server that it was taken on. */
  public Connections connections() {
    return connections;
  }

  Connection holder() {
    return holder;
  }

  /** Fails unless the session, and with it all locks, is still there. */
  public void verifyHeld() {
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
      if (waiters != null) {
        waiters.close();
      }
      holder.close();
    } catch (SQLException e) {
      throw PostgresException.of(e, "closing the snapshot's session", connections.describe());
    }
  }
}
