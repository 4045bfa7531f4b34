/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.triggers;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Page;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.catalog.triggers.TriggerView.Status;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Failover triggers: what they watch, what was seen, and how far they are from firing. */
@Path("/api/v1/triggers")
@Tag(name = "Alerts")
public class TriggerResource {

  private static final List<String> STATUSES =
      Arrays.stream(Status.values()).map(Status::wire).toList();

  private final TriggerProjection triggers;
  private final InstantSource clock;

  TriggerResource(TriggerProjection triggers, InstantSource clock) {
    this.triggers = triggers;
    this.clock = clock;
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(
      operationId = "listTriggers",
      summary = "Failover triggers, with what was seen against their thresholds",
      description = "Empty until a monitor has told which there are.")
  public Uni<Page<TriggerView>> list(
      @Parameter(description = "only of this source") @RestQuery @Nullable String source,
      @Parameter(description = "armed, pending, fired, unknown, not-measured or silent") @RestQuery
          @Nullable String status) {
    Optional<String> wanted = Parameters.oneOf("status", status, STATUSES);
    return triggers
        .told()
        .map(
            told ->
                told.stream()
                    .flatMap(each -> TriggerView.of(each, clock.instant()).stream())
                    .filter(it -> source == null || it.source().equals(source))
                    .filter(it -> wanted.isEmpty() || it.status().wire().equals(wanted.get()))
                    .toList())
        .map(views -> new Page<>(views, Optional.empty()));
  }
}
