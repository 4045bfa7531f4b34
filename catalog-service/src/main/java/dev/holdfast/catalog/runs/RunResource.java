/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import static java.util.stream.Collectors.groupingBy;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Cursor;
import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.catalog.http.Page;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.catalog.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Recovery runs, newest first. */
@Path("/api/v1/runs")
@Tag(name = "Runs", description = "Recovery runs, newest first")
public class RunResource {

  private static final List<String> STATUSES =
      List.of("requested", "running", "completed", "failed");

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "listRuns", summary = "Recovery runs")
  public Uni<Page<RunView>> list(
      @Parameter(description = "only of this procedure, such as restore") @RestQuery
          @Nullable String procedure,
      @Parameter(description = "only of this source") @RestQuery @Nullable String source,
      @Parameter(description = "requested, running, completed or failed") @RestQuery
          @Nullable String status,
      @Parameter(description = "only those started at or after this time (ISO-8601)") @RestQuery
          @Nullable String since,
      @Parameter(description = "only those started before this time (ISO-8601)") @RestQuery
          @Nullable String until,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    int most = Parameters.limit(limit);
    ListQuery<RunRow> query =
        new ListQuery<>(RunRow.class)
            .where("procedure = :procedure", "procedure", Optional.ofNullable(procedure))
            .where("source = :source", "source", Optional.ofNullable(source))
            .where("status = :status", "status", Parameters.oneOf("status", status, STATUSES))
            .where("startedAt >= :since", "since", Parameters.time("since", since))
            .where("startedAt < :until", "until", Parameters.time("until", until));
    query.olderThan(cursor, "startedAt");
    return query
        .list("startedAt desc, id desc", most)
        .flatMap(
            found ->
                steps(found)
                    .map(
                        steps ->
                            Page.of(
                                found,
                                most,
                                row -> Cursor.of(row.startedAt, row.id),
                                row -> RunView.of(row, steps.getOrDefault(row.id, List.of())))));
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/{run}")
  @Operation(operationId = "getRun", summary = "One recovery run with its steps")
  public Uni<RunView> get(@RestPath String run) {
    return new ListQuery<>(RunRow.class)
        .where("id = :id", "id", run)
        .list("id", 1)
        .flatMap(
            found -> {
              if (found.isEmpty()) {
                throw Problems.unknown("run", run, List.of());
              }
              return steps(found)
                  .map(steps -> RunView.of(found.getFirst(), steps.getOrDefault(run, List.of())));
            });
  }

  private static Uni<Map<String, List<StepRow>>> steps(List<RunRow> runs) {
    return new ListQuery<>(StepRow.class)
        .where("run in :runs", "runs", runs.stream().map(row -> row.id).toList())
        .list("run, step", Integer.MAX_VALUE - 1)
        .map(rows -> rows.stream().collect(groupingBy(row -> row.run)));
  }
}
