/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.holds;

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
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Legal holds, newest first. */
@Path("/api/v1/legal-holds")
@Tag(name = "Legal holds", description = "Moments that stay restorable until they are released")
public class HoldResource {

  private static final List<String> STATUSES =
      List.of(HoldRow.REQUESTED, HoldRow.IN_FORCE, HoldRow.RELEASED, HoldRow.FAILED);

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(
      operationId = "listLegalHolds",
      summary = "Legal holds, released ones too",
      description = "What the vault records of them; what a worker was asked for besides.")
  public Uni<Page<HoldView>> list(
      @Parameter(description = "only of this source", example = "main") @RestQuery
          @Nullable String source,
      @Parameter(description = "only of this name", example = "case 2026-117") @RestQuery
          @Nullable String name,
      @Parameter(description = "requested, in-force, released or failed", example = "in-force")
          @RestQuery
          @Nullable String status,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    int most = Parameters.limit(limit);
    return new ListQuery<>(HoldRow.class)
        .where("source = :source", "source", Optional.ofNullable(source))
        .where("name = :name", "name", Optional.ofNullable(name))
        .where("status = :status", "status", Parameters.oneOf("status", status, STATUSES))
        .olderThan(cursor, "requestedAt")
        .list("requestedAt desc, id desc", most)
        .map(
            found -> Page.of(found, most, row -> Cursor.of(row.requestedAt, row.id), HoldView::of));
  }

  @GET
  @Path("/{hold}")
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "getLegalHold", summary = "One legal hold")
  public Uni<HoldView> get(@RestPath String hold) {
    return new ListQuery<>(HoldRow.class)
        .where("id = :id", "id", hold)
        .list("id", 1)
        .map(
            found -> {
              if (found.isEmpty()) {
                throw Problems.unknown("legal-hold", hold, List.of());
              }
              return HoldView.of(found.getFirst());
            });
  }
}
