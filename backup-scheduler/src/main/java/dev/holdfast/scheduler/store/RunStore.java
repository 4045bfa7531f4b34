/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.scheduler.run.BackupRun;
import dev.holdfast.scheduler.run.Kind;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny.Session;

/** Keeps runs; every call joins the caller's transaction. */
@ApplicationScoped
public class RunStore {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * @return false when a run of that id is there already: nothing changed
   */
  public Uni<Boolean> add(BackupRun run) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createNativeQuery(
                        "INSERT INTO backup_run (id, strategy, kind, trigger, requested_by, due_at,"
                            + " state, detail, body, started_at, finished_at) VALUES (?1, ?2, ?3,"
                            + " ?4, ?5, CAST(NULLIF(?6, '') AS timestamptz), ?7, NULLIF(?8, ''),"
                            + " ?9, ?10, CAST(NULLIF(?11, '') AS timestamptz)) ON CONFLICT DO"
                            + " NOTHING")
                    .setParameter(1, run.id().value())
                    .setParameter(2, run.strategy().value())
                    .setParameter(3, run.kind().wire())
                    .setParameter(4, run.trigger().name().toLowerCase(java.util.Locale.ROOT))
                    .setParameter(5, run.requestedBy())
                    .setParameter(6, run.due().map(Instant::toString).orElse(""))
                    .setParameter(7, run.state().wire())
                    .setParameter(8, run.detail().orElse(""))
                    .setParameter(9, write(run))
                    .setParameter(10, run.startedAt())
                    .setParameter(11, run.finishedAt().map(Instant::toString).orElse(""))
                    .executeUpdate())
        .map(inserted -> inserted == 1);
  }

  /** The run, locked until the transaction ends. */
  public Uni<Optional<BackupRun>> lock(BackupId id) {
    return Panache.getSession()
        .chain(session -> session.find(RunRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE))
        .map(row -> Optional.ofNullable(row).map(RunStore::run));
  }

  public Uni<Optional<BackupRun>> find(BackupId id) {
    return Panache.getSession()
        .chain(session -> session.find(RunRow.class, id.value()))
        .map(row -> Optional.ofNullable(row).map(RunStore::run));
  }

  /** Replaces a run that the transaction holds the lock of. */
  public Uni<Void> replace(BackupRun run) {
    return Panache.getSession()
        .chain(session -> session.find(RunRow.class, run.id().value()))
        .invoke(
            row -> {
              row.state = run.state().wire();
              row.detail = run.detail().orElse(null);
              row.body = write(run);
              row.finishedAt = run.finishedAt().orElse(null);
            })
        .replaceWithVoid();
  }

  /** The newest moment of a schedule that was seen to. */
  public Uni<Optional<Instant>> lastDue(StrategyId strategy, Kind kind) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createSelectionQuery(
                        "select max(r.dueAt) from RunRow r where r.strategy = :strategy and r.kind"
                            + " = :kind",
                        Instant.class)
                    .setParameter("strategy", strategy.value())
                    .setParameter("kind", kind.wire())
                    .getSingleResultOrNull())
        .map(Optional::ofNullable);
  }

  /** Runs that have not ended, oldest first. */
  public Uni<List<BackupRun>> running() {
    return Panache.getSession().chain(RunStore::running);
  }

  private static Uni<List<BackupRun>> running(Session session) {
    return session
        .createSelectionQuery(
            "from RunRow where state = 'running' order by startedAt, id", RunRow.class)
        .getResultList()
        .map(rows -> rows.stream().map(RunStore::run).toList());
  }

  private static BackupRun run(RunRow row) {
    try {
      return JSON.readValue(row.body, BackupRun.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("backup run " + row.id + " cannot be read", e);
    }
  }

  private static String write(BackupRun run) {
    try {
      return JSON.writeValueAsString(run);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("backup run " + run.id() + " cannot be written", e);
    }
  }
}
