/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.store;

import dev.holdfast.events.Message;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.outbox.Outbox;
import dev.holdfast.recovery.run.Change;
import dev.holdfast.recovery.run.Run;
import dev.holdfast.recovery.run.RunStore;
import dev.holdfast.recovery.run.StaleRunException;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Runs in PostgreSQL. Each change and the messages that tell of it are one transaction. What
 * returns a {@code Uni} joins the caller's transaction; the rest blocks, and opens one of its own.
 */
@ApplicationScoped
public class PostgresRunStore implements RunStore {

  private static final String ACTIVE = "state in ('running', 'waiting-for-approval')";

  private final Outbox outbox;

  PostgresRunStore(Outbox outbox) {
    this.outbox = outbox;
  }

  /**
   * Adds a new run and its messages.
   *
   * @return false when a run with that id, of that incident, or an active one of a procedure on
   *     that source is there: nothing changed
   */
  public Uni<Boolean> insert(Change change, Correlation correlation) {
    Run run = change.run();
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createNativeQuery(
                        "INSERT INTO recovery_run (id, source, procedure, incident, restore, state,"
                            + " body, version, correlation, trace, started_at) VALUES (?1, ?2, ?3,"
                            + " NULLIF(?4, ''), ?5, ?6, ?7, 0, ?8, ?9, ?10) ON CONFLICT DO NOTHING")
                    .setParameter(1, run.id().value())
                    .setParameter(2, run.source().value())
                    .setParameter(3, run.procedure().id())
                    .setParameter(4, run.incident().orElse(""))
                    .setParameter(5, run.restore().isPresent())
                    .setParameter(6, wire(run.state()))
                    .setParameter(7, RunJson.write(run))
                    .setParameter(8, correlation.id())
                    .setParameter(9, correlation.trace())
                    .setParameter(10, run.startedAt())
                    .executeUpdate())
        .chain(
            inserted ->
                inserted == 0
                    ? Uni.createFrom().item(false)
                    : send(change.messages(), correlation).replaceWith(true));
  }

  public Uni<Optional<Stored>> read(RunId id) {
    return row(id).map(row -> row.map(PostgresRunStore::stored));
  }

  /** Fails with {@link StaleRunException} when the run was changed since {@code before}. */
  public Uni<Stored> replace(Stored before, Change change) {
    Run run = change.run();
    return row(run.id())
        .chain(
            row -> {
              if (row.isEmpty()) {
                return Uni.createFrom().failure(new StaleRunException(run.id()));
              }
              Correlation correlation = new Correlation(row.get().correlation, row.get().trace);
              return update(before, run).chain(() -> send(change.messages(), correlation));
            })
        .replaceWith(() -> new Stored(run, before.version() + 1));
  }

  private static Uni<Void> update(Stored before, Run run) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createMutationQuery(
                        "UPDATE RunRow SET body = :body, state = :state, version = :next,"
                            + " finishedAt = :finished WHERE id = :id AND version = :version")
                    .setParameter("body", RunJson.write(run))
                    .setParameter("state", wire(run.state()))
                    .setParameter("next", before.version() + 1)
                    .setParameter("finished", run.finishedAt().orElse(null))
                    .setParameter("id", run.id().value())
                    .setParameter("version", before.version())
                    .executeUpdate())
        .invoke(
            updated -> {
              if (updated != 1) {
                throw new StaleRunException(run.id());
              }
            })
        .replaceWithVoid();
  }

  /** Sends messages that belong to no change of a run. */
  public Uni<Void> send(List<Message> messages, Correlation correlation) {
    Uni<Void> sent = Uni.createFrom().voidItem();
    for (Message message : messages) {
      sent = sent.chain(() -> outbox.add(message, correlation));
    }
    return sent;
  }

  public Uni<Optional<RunId>> activeOn(SourceId source) {
    return query(
            "SELECT r.id FROM RunRow r WHERE r.source = :source AND r.restore = false AND r."
                + ACTIVE,
            query -> query.setParameter("source", source.value()))
        .map(ids -> ids.stream().findFirst());
  }

  public Uni<Optional<RunId>> ofIncident(String incident) {
    return query(
            "SELECT r.id FROM RunRow r WHERE r.incident = :incident",
            query -> query.setParameter("incident", incident))
        .map(ids -> ids.stream().findFirst());
  }

  private static Uni<List<RunId>> query(
      String hql, java.util.function.UnaryOperator<Mutiny.SelectionQuery<String>> with) {
    return Panache.getSession()
        .chain(
            session -> with.apply(session.createSelectionQuery(hql, String.class)).getResultList())
        .map(ids -> ids.stream().map(RunId::new).toList());
  }

  private static Uni<Optional<RunRow>> row(RunId id) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createSelectionQuery("FROM RunRow WHERE id = :id", RunRow.class)
                    .setParameter("id", id.value())
                    .getSingleResultOrNull())
        .map(Optional::ofNullable);
  }

  static Stored stored(RunRow row) {
    return new Stored(RunJson.run(row.body), row.version);
  }

  static String wire(Run.State state) {
    return state == Run.State.WAITING
        ? "waiting-for-approval"
        : state.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Optional<Stored> add(Change change) {
    return inTransaction(
        () ->
            insert(change, Correlation.of(change.run().id().value()))
                .map(added -> added ? Optional.of(new Stored(change.run(), 0)) : Optional.empty()));
  }

  @Override
  public Optional<Stored> find(RunId id) {
    return inTransaction(() -> read(id));
  }

  @Override
  public Stored save(Stored before, Change change) {
    return inTransaction(() -> replace(before, change));
  }

  @Override
  public List<RunId> toDrive() {
    return inTransaction(
        () ->
            query(
                "SELECT r.id FROM RunRow r WHERE r.state = 'running' ORDER BY r.startedAt",
                query -> query));
  }

  @Override
  public Optional<RunId> active(SourceId source) {
    return inTransaction(() -> activeOn(source));
  }

  @Override
  public void progress(RunId id, String progress) {
    inTransaction(
        () ->
            Panache.getSession()
                .chain(
                    session ->
                        session
                            .createMutationQuery(
                                "UPDATE RunRow SET progress = :progress WHERE id = :id")
                            .setParameter("progress", progress)
                            .setParameter("id", id.value())
                            .executeUpdate()));
  }

  /**
   * Runs {@code work} in a transaction and waits for its commit; never on an event loop. Hibernate
   * Reactive gets a context of its own, whatever thread calls.
   */
  public <T> T inTransaction(Supplier<Uni<T>> work) {
    try {
      return VertxContextSupport.subscribeAndAwait(() -> Panache.withTransaction(work));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
