/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.procedures;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Page;
import dev.holdfast.catalog.http.Problems;
import dev.holdfast.catalog.runs.ProcedureRuns;
import dev.holdfast.events.RecoveryEvent.ProceduresPublished;
import dev.holdfast.events.RecoveryEvent.PublishedProcedure;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** The procedures that can be run, what their runs took, and the objectives they serve. */
@Path("/api/v1")
@Tag(name = "Procedures", description = "Recovery procedures and objectives")
public class ProcedureResource {

  private final ProcedureProjection procedures;
  private final ProcedureRuns runs;

  ProcedureResource(ProcedureProjection procedures, ProcedureRuns runs) {
    this.procedures = procedures;
    this.runs = runs;
  }

  @GET
  @Path("/procedures")
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(
      operationId = "listProcedures",
      summary = "Procedures that can be run, and what their runs took",
      description = "Empty until the orchestrator has told which there are.")
  public Uni<Page<ProcedureView>> list() {
    return procedures
        .told()
        .flatMap(
            told ->
                Multi.createFrom()
                    .iterable(told.procedures())
                    .onItem()
                    .transformToUniAndConcatenate(it -> view(it, told))
                    .collect()
                    .asList())
        .map(views -> new Page<>(views, Optional.empty()));
  }

  @GET
  @Path("/procedures/{procedure}")
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "getProcedure", summary = "One procedure, and what its runs took")
  public Uni<ProcedureView> get(@RestPath String procedure) {
    return procedures.told().flatMap(told -> view(named(procedure, told), told));
  }

  @GET
  @Path("/objectives")
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "listObjectives", summary = "Recovery objectives")
  public Uni<Page<ObjectiveView>> objectives() {
    return procedures
        .told()
        .map(
            told ->
                new Page<>(
                    told.objectives().stream().map(ObjectiveView::of).toList(), Optional.empty()));
  }

  private Uni<ProcedureView> view(PublishedProcedure it, ProceduresPublished told) {
    return runs.of(it.id()).map(record -> ProcedureView.of(it, told, record));
  }

  /** The procedure, or the problem "unknown procedure" that names those there are. */
  static PublishedProcedure named(String id, ProceduresPublished told) {
    return told.procedures().stream()
        .filter(it -> it.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                Problems.unknown(
                    "procedure",
                    id,
                    told.procedures().stream().map(PublishedProcedure::id).toList()));
  }
}
