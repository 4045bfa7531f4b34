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
import dev.holdfast.catalog.runs.RunProjection;
import dev.holdfast.events.RecoveryCommand.Order;
import dev.holdfast.events.RecoveryCommand.RestoreOrdered;
import dev.holdfast.model.RunId;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** Asks the orchestrator for a restore, over Kafka. */
@Path("/api/v1/restores")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Restores", description = "Restores and dry runs that are asked for")
public class RestoreRequestResource {

  private final OrderCheck check;
  private final RunProjection runs;
  private final Commands commands;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  RestoreRequestResource(
      OrderCheck check,
      RunProjection runs,
      Commands commands,
      SecurityIdentity identity,
      AuditDetail audit,
      InstantSource clock) {
    this.check = check;
    this.runs = runs;
    this.commands = commands;
    this.identity = identity;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * @param run id to follow it by
   */
  public record Accepted(String run, String status) {}

  @POST
  @RolesAllowed(Role.Names.OPERATOR)
  @Operation(
      operationId = "requestRestore",
      summary = "Restore a source, or tables of it, into a database",
      description =
          "Goes out as a command; follow the Location. With an Idempotency-Key the same request"
              + " asks for the same restore, however often it is sent. A moment that nothing covers"
              + " is refused at once; what else is in the way, the run says.")
  public Uni<Response> request(
      @Nullable RestoreOrder order, @RestHeader(IdempotencyKey.HEADER) @Nullable String key) {
    RestoreOrder asked = RestoreOrder.required(order);
    audit.say(asked.inWords());
    asked.requireConfirmed();
    RunId run = new RunId("restore-" + IdempotencyKey.id("restore of " + asked.sourceId(), key));
    return check
        .checked(asked)
        .map(checked -> command(run, checked))
        .chain(it -> commands.once(it, () -> runs.requested(it), Kind.RUN, run.value()))
        .map(
            ignored ->
                Answers.accepted("/api/v1/runs/" + run, new Accepted(run.value(), "accepted")));
  }

  private RestoreOrdered command(RunId run, Order order) {
    return new RestoreOrdered(run, order, identity.getPrincipal().getName(), clock.instant());
  }
}
