/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.alerts;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Cursor;
import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.catalog.http.Page;
import dev.holdfast.catalog.http.Parameters;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Outages that triggers have fired for, newest first. */
@Path("/api/v1/incidents")
@Tag(name = "Alerts")
public class IncidentResource {

  private static final List<String> STATES = List.of("open", "cleared");

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "listIncidents", summary = "Outages that triggers have fired for")
  public Uni<Page<IncidentView>> list(
      @Parameter(description = "only of this source") @RestQuery @Nullable String source,
      @Parameter(description = "open or cleared") @RestQuery @Nullable String state,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    int most = Parameters.limit(limit);
    // One that was only told to be over has no firing to be shown.
    ListQuery<IncidentRow> query =
        new ListQuery<>(IncidentRow.class)
            .where("triggeredAt is not null")
            .where("source = :source", "source", Optional.ofNullable(source));
    Parameters.oneOf("state", state, STATES)
        .ifPresent(
            given ->
                query.where(given.equals("open") ? "clearedAt is null" : "clearedAt is not null"));
    query.olderThan(cursor, "triggeredAt");
    return query
        .list("triggeredAt desc, id desc", most)
        .map(
            found ->
                Page.of(
                    found,
                    most,
                    row -> Cursor.of(String.valueOf(row.triggeredAt), row.id),
                    IncidentView::of));
  }
}
