/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.AuditDetail;
import dev.holdfast.catalog.http.Answers;
import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.events.RecoveryCommand.DecideStep;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.model.RunId;
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

/** A person's answer to a step that waits for one, sent to the orchestrator over Kafka. */
@Path("/api/v1/runs/{run}/steps/{step}/decision")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Runs")
public class DecisionResource {

  private static final String WAITING = "waiting-for-approval";

  private final Outbox outbox;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  DecisionResource(
      Outbox outbox, SecurityIdentity identity, AuditDetail audit, InstantSource clock) {
    this.outbox = outbox;
    this.identity = identity;
    this.audit = audit;
    this.clock = clock;
  }

  /** The answer; who gives it is who asks. */
  public record Decision(@Nullable Boolean approved, @Nullable String comment) {}

  public record Accepted(String run, int step, String status) {}

  @POST
  @RolesAllowed(Role.Names.APPROVER)
  @Operation(
      operationId = "decideStep",
      summary = "Approve or reject a step that waits for a person",
      description = "Goes out as a command; follow the Location.")
  public Uni<Response> decide(
      @RestPath String run, @RestPath int step, @Nullable Decision decision) {
    if (decision == null || decision.approved() == null) {
      throw Problem.badRequest(
          "approved", "approved is missing", "send true to approve, false to reject");
    }
    boolean approved = decision.approved();
    String by = identity.getPrincipal().getName();
    String comment = decision.comment() == null ? "" : decision.comment().strip();
    audit.say(
        "%s step %d%s"
            .formatted(
                approved ? "approved" : "rejected", step, comment.isEmpty() ? "" : ": " + comment));
    return new ListQuery<>(StepRow.class)
        .where("run = :run", "run", run)
        .where("step = :step", "step", step)
        .list("step", 1)
        .invoke(found -> requireWaiting(run, step, found))
        .chain(
            () ->
                Panache.withTransaction(
                    () ->
                        outbox.add(
                            new DecideStep(
                                new RunId(run), step, approved, by, comment, clock.instant()),
                            Correlation.of(run))))
        .map(
            ignored ->
                Answers.accepted("/api/v1/runs/" + run, new Accepted(run, step, "accepted")));
  }

  private static void requireWaiting(String run, int step, List<StepRow> found) {
    if (found.isEmpty()) {
      throw Problem.notFound(
              "unknown-step", "Unknown step", "run '%s' has no step %d".formatted(run, step))
          .at("step")
          .fix("look at the run with GET /api/v1/runs/" + run);
    }
    if (!found.getFirst().status.equals(WAITING)) {
      throw Problem.conflict(
              "not-waiting",
              "The step does not wait for a person",
              "step %d of run '%s' is %s".formatted(step, run, found.getFirst().status))
          .at("step")
          .fix("look at the run with GET /api/v1/runs/" + run);
    }
  }
}
