/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.backups;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.catalog.http.Parameters;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** How backups went. */
@Path("/api/v1/backups/summary")
@Tag(name = "Backups")
public class BackupSummaryResource {

  private static final Duration DEFAULT_SPAN = Duration.ofDays(1);

  private final InstantSource clock;

  BackupSummaryResource(InstantSource clock) {
    this.clock = clock;
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "summarizeBackups", summary = "How backups went")
  public Uni<BackupSummary> get(
      @Parameter(description = "those started at or after this time; default: a day ago") @RestQuery
          @Nullable String since) {
    Instant now = clock.instant();
    Instant from = Parameters.time("since", since).orElse(now.minus(DEFAULT_SPAN));
    return byStatus(from)
        .flatMap(
            counts ->
                new ListQuery<>(BackupRow.class)
                    .where("status = :status", "status", "completed")
                    .list("finishedAt desc", 1)
                    .map(
                        (List<BackupRow> last) ->
                            BackupSummary.of(now, from, counts, last.stream().findFirst())));
  }

  private static Uni<Map<String, Long>> byStatus(Instant since) {
    return Panache.withSession(
            () ->
                Panache.getSession()
                    .flatMap(
                        session ->
                            session
                                .createSelectionQuery(
                                    "select status, count(*) from BackupRow"
                                        + " where startedAt >= :since group by status",
                                    Object[].class)
                                .setParameter("since", since)
                                .getResultList()))
        .map(
            rows ->
                rows.stream()
                    .collect(Collectors.toMap(row -> (String) row[0], row -> (Long) row[1])));
  }
}
