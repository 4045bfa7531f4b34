/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.backups;

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

/** Backup runs, newest first. */
@Path("/api/v1/backups")
@Tag(name = "Backups", description = "Backup runs, newest first")
public class BackupResource {

  private static final List<String> STATUSES =
      List.of("requested", "running", "completed", "partial", "failed");

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "listBackups", summary = "Backup runs")
  public Uni<Page<BackupView>> list(
      @Parameter(description = "only of this strategy") @RestQuery @Nullable String strategy,
      @Parameter(description = "only those with a part for this source") @RestQuery
          @Nullable String source,
      @Parameter(description = "requested, running, completed, partial or failed") @RestQuery
          @Nullable String status,
      @Parameter(description = "only those started at or after this time (ISO-8601)") @RestQuery
          @Nullable String since,
      @Parameter(description = "only those started before this time (ISO-8601)") @RestQuery
          @Nullable String until,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    int most = Parameters.limit(limit);
    ListQuery<BackupRow> query =
        new ListQuery<>(BackupRow.class)
            .where("strategy = :strategy", "strategy", Optional.ofNullable(strategy))
            .where(
                "id in (select c.backup from ComponentRow c where c.source = :source)",
                "source",
                Optional.ofNullable(source))
            .where("status = :status", "status", Parameters.oneOf("status", status, STATUSES))
            .where("startedAt >= :since", "since", Parameters.time("since", since))
            .where("startedAt < :until", "until", Parameters.time("until", until));
    query.olderThan(cursor, "startedAt");
    return query
        .list("startedAt desc, id desc", most)
        .flatMap(
            found ->
                components(found)
                    .map(
                        parts ->
                            Page.of(
                                found,
                                most,
                                row -> Cursor.of(row.startedAt, row.id),
                                row -> BackupView.of(row, parts.getOrDefault(row.id, List.of())))));
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/{backup}")
  @Operation(operationId = "getBackup", summary = "One backup run")
  public Uni<BackupView> get(@RestPath String backup) {
    return new ListQuery<>(BackupRow.class)
        .where("id = :id", "id", backup)
        .list("id", 1)
        .flatMap(
            found -> {
              if (found.isEmpty()) {
                throw Problems.unknown("backup", backup, List.of());
              }
              return components(found)
                  .map(
                      parts ->
                          BackupView.of(found.getFirst(), parts.getOrDefault(backup, List.of())));
            });
  }

  private static Uni<Map<String, List<ComponentRow>>> components(List<BackupRow> backups) {
    return new ListQuery<>(ComponentRow.class)
        .where("backup in :backups", "backups", backups.stream().map(row -> row.id).toList())
        .list("backup, source", Integer.MAX_VALUE - 1)
        .map(rows -> rows.stream().collect(groupingBy(row -> row.backup)));
  }
}
