/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.AuditDetail;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.Commands;
import dev.holdfast.catalog.http.Answers;
import dev.holdfast.catalog.http.IdempotencyKey;
import dev.holdfast.events.RecoveryCommand.Order;
import dev.holdfast.events.RecoveryCommand.PlanRestore;
import dev.holdfast.model.RunId;
import dev.holdfast.service.Problem;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Dry runs: asks the orchestrator, over Kafka, what a restore would do. */
@Path("/api/v1/restores/plans")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Restores")
public class PlanResource {

  private final OrderCheck check;
  private final QuestionProjection questions;
  private final Commands commands;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  PlanResource(
      OrderCheck check,
      QuestionProjection questions,
      Commands commands,
      SecurityIdentity identity,
      AuditDetail audit,
      InstantSource clock) {
    this.check = check;
    this.questions = questions;
    this.commands = commands;
    this.identity = identity;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * @param plan id to follow it by
   */
  public record Accepted(String plan, String status) {}

  @POST
  @RolesAllowed(Role.Names.OPERATOR)
  @Operation(
      operationId = "planRestore",
      summary = "What a restore would do, and whether the target can take it; changes nothing",
      description =
          "Takes what a restore takes, without confirm. Goes out as a command; follow the"
              + " Location. With an Idempotency-Key the same request asks for the same plan, however"
              + " often it is sent.")
  public Uni<Response> request(
      @Nullable RestoreOrder order, @RestHeader(IdempotencyKey.HEADER) @Nullable String key) {
    RestoreOrder asked = RestoreOrder.required(order);
    audit.say(asked.inWords());
    RunId plan = new RunId("plan-" + IdempotencyKey.id("plan of " + asked.sourceId(), key));
    return check
        .checked(asked)
        .map(checked -> command(plan, checked))
        .chain(it -> commands.once(it, () -> questions.asked(it), Kind.QUESTION, plan.value()))
        .map(
            ignored ->
                Answers.accepted(
                    "/api/v1/restores/plans/" + plan, new Accepted(plan.value(), "accepted")));
  }

  private PlanRestore command(RunId plan, Order order) {
    return new PlanRestore(plan, order, identity.getPrincipal().getName(), clock.instant());
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/{plan}")
  @Operation(
      operationId = "getPlan",
      summary = "A dry run and what the orchestrator answered; kept for a day")
  public Uni<PlanView> get(@RestPath String plan) {
    return QuestionRow.find(plan, PlanRestore.class)
        .map(
            found ->
                found
                    .map(PlanView::of)
                    .orElseThrow(
                        () ->
                            Problem.notFound(
                                    "unknown-plan",
                                    "Unknown plan",
                                    "there is no plan '%s'; plans are kept for a day"
                                        .formatted(plan))
                                .at("plan")
                                .fix("ask for one with POST /api/v1/restores/plans")));
  }
}
