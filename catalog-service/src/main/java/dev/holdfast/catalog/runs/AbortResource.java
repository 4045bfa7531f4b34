/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.AuditDetail;
import dev.holdfast.catalog.http.Answers;
import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.catalog.http.Problems;
import dev.holdfast.events.RecoveryCommand.AbortRun;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.outbox.Outbox;
import dev.holdfast.service.Problem;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Asks the orchestrator to end a run, over Kafka. */
@Path("/api/v1/runs/{run}/abort")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Runs")
public class AbortResource {

  private final Outbox outbox;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  AbortResource(Outbox outbox, SecurityIdentity identity, AuditDetail audit, InstantSource clock) {
    this.outbox = outbox;
    this.identity = identity;
    this.audit = audit;
    this.clock = clock;
  }

  /** Why; who aborts is who asks. */
  public record Abort(@Nullable String comment) {}

  public record Accepted(String run, String status) {}

  @POST
  @RolesAllowed(Role.Names.OPERATOR)
  @Operation(
      operationId = "abortRun",
      summary = "End a run; what it has done so far stays as it is",
      description = "Goes out as a command; follow the Location.")
  public Uni<Response> abort(@RestPath String run, @Nullable Abort abort) {
    String comment = abort == null || abort.comment() == null ? "" : abort.comment().strip();
    audit.say(comment);
    return new ListQuery<>(RunRow.class)
        .where("id = :id", "id", run)
        .list("id", 1)
        .map(found -> open(run, found))
        .chain(
            row ->
                Panache.withTransaction(
                    () ->
                        outbox.add(
                            new AbortRun(
                                new RunId(run),
                                row.procedure,
                                new SourceId(row.source),
                                identity.getPrincipal().getName(),
                                comment,
                                clock.instant()),
                            Correlation.of(run))))
        .map(ignored -> Answers.accepted("/api/v1/runs/" + run, new Accepted(run, "accepted")));
  }

  private static RunRow open(String run, List<RunRow> found) {
    if (found.isEmpty()) {
      throw Problems.unknown("run", run, List.of());
    }
    RunRow row = found.getFirst();
    if (!row.isOpen()) {
      throw Problem.conflict(
              "run-over", "The run is over already", "run '%s' is %s".formatted(run, row.status))
          .at("run")
          .fix("look at the run with GET /api/v1/runs/" + run);
    }
    return row;
  }
}
