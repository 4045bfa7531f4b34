/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import dev.holdfast.catalog.http.ListQuery;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Answers what the runs of a procedure came to. */
@ApplicationScoped
public class ProcedureRuns {

  private static final String COMPLETED = "completed";

  public Uni<ProcedureRecord> of(String procedure) {
    return count(procedure)
        .flatMap(
            runs ->
                completed(procedure)
                    .list("finishedAt desc, id desc", 1)
                    .flatMap(
                        last ->
                            completed(procedure)
                                .where("rtoAchieved is not null")
                                .list("finishedAt desc, id desc", ProcedureRecord.RECENT)
                                .map(recent -> toRecord(runs, last, recent))));
  }

  private static ListQuery<RunRow> completed(String procedure) {
    return new ListQuery<>(RunRow.class)
        .where("procedure = :procedure", "procedure", procedure)
        .where("status = :status", "status", COMPLETED);
  }

  private static Uni<Long> count(String procedure) {
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        session
                            .createSelectionQuery(
                                "select count(*) from RunRow where procedure = :procedure",
                                Long.class)
                            .setParameter("procedure", procedure)
                            .getSingleResult()));
  }

  private static ProcedureRecord toRecord(long runs, List<RunRow> last, List<RunRow> recent) {
    return new ProcedureRecord(
        runs,
        last.stream()
            .findFirst()
            .map(
                row ->
                    new ProcedureRecord.Completed(row.id, Objects.requireNonNull(row.finishedAt))),
        ProcedureRecord.Rto.of(
            recent.stream()
                .limit(ProcedureRecord.RECENT)
                .map(row -> Duration.ofMillis(Objects.requireNonNull(row.rtoAchieved)))
                .toList()));
  }
}
