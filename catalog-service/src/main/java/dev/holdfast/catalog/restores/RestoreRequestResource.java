/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.AuditDetail;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.ChangeLog;
import dev.holdfast.catalog.http.IdempotencyKey;
import dev.holdfast.catalog.runs.RunProjection;
import dev.holdfast.events.RecoveryCommand.Order;
import dev.holdfast.events.RecoveryCommand.RestoreOrdered;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.model.RunId;
import dev.holdfast.outbox.Outbox;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
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
  private final Outbox outbox;
  private final ChangeLog changes;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  RestoreRequestResource(
      OrderCheck check,
      RunProjection runs,
      Outbox outbox,
      ChangeLog changes,
      SecurityIdentity identity,
      AuditDetail audit,
      InstantSource clock) {
    this.check = check;
    this.runs = runs;
    this.outbox = outbox;
    this.changes = changes;
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
        .chain(this::send)
        .map(
            ignored ->
                Response.status(Response.Status.ACCEPTED)
                    .location(URI.create("/api/v1/runs/" + run))
                    .entity(new Accepted(run.value(), "accepted"))
                    .build());
  }

  private RestoreOrdered command(RunId run, Order order) {
    return new RestoreOrdered(run, order, identity.getPrincipal().getName(), clock.instant());
  }

  private Uni<Void> send(RestoreOrdered command) {
    String run = command.run().value();
    return Panache.withTransaction(
            () ->
                runs.requested(command)
                    .flatMap(
                        isNew ->
                            isNew
                                ? outbox.add(command, Correlation.of(run))
                                : Uni.createFrom().voidItem()))
        .invoke(() -> changes.changed(Kind.RUN, run));
  }
}
