/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.AuditDetail;
import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.ChangeLog;
import dev.holdfast.catalog.http.IdempotencyKey;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.catalog.sources.Coverage;
import dev.holdfast.catalog.sources.Coverage.OfRegion;
import dev.holdfast.events.RecoveryCommand.RestoreScoped;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.model.RegionId;
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
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** Asks the orchestrator for a restore, over Kafka. */
@Path("/api/v1/restores")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Runs")
public class RestoreRequestResource {

  private final ChainState chain;
  private final Coverage coverage;
  private final RunProjection runs;
  private final Outbox outbox;
  private final ChangeLog changes;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  RestoreRequestResource(
      ChainState chain,
      Coverage coverage,
      RunProjection runs,
      Outbox outbox,
      ChangeLog changes,
      SecurityIdentity identity,
      AuditDetail audit,
      InstantSource clock) {
    this.chain = chain;
    this.coverage = coverage;
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
    if (order == null) {
      throw Problem.badRequest("body", "the body is missing", "send source and into as JSON");
    }
    RestoreScoped asked = command(order, key);
    audit.say(
        asked.source()
            + " into "
            + asked.into()
            + (asked.scope().inPlace() ? ", in place: " : ": ")
            + (asked.scope().only().isEmpty() ? "all" : String.join(", ", asked.scope().only())));
    return chain
        .require(asked.source())
        .chain(() -> coverage.of(asked.source()))
        .map(regions -> covered(asked, order.region(), regions))
        .chain(this::send);
  }

  private RestoreScoped command(RestoreOrder order, @Nullable String key) {
    return new RestoreScoped(
        new RunId("restore-" + IdempotencyKey.id("restore of " + order.sourceId(), key)),
        order.sourceId(),
        order.target(),
        order.except(),
        order.scope(),
        order.database(),
        order.credentialsName(),
        Optional.empty(),
        identity.getPrincipal().getName(),
        clock.instant());
  }

  private static RestoreScoped covered(
      RestoreScoped asked, @Nullable String region, List<OfRegion> regions) {
    Optional<RegionId> from =
        Parameters.region(region, regions.stream().map(it -> it.replica().region()).toList());
    CoveredMoment.require(
        regions.stream()
            .filter(it -> from.map(it.replica().region()::equals).orElse(true))
            .flatMap(it -> it.coverage().ranges().stream())
            .toList(),
        asked.target());
    return new RestoreScoped(
        asked.run(),
        asked.source(),
        asked.target(),
        asked.exceptXid(),
        asked.scope(),
        asked.into(),
        asked.credentials(),
        from,
        asked.requestedBy(),
        asked.requestedAt());
  }

  private Uni<Response> send(RestoreScoped command) {
    String run = command.run().value();
    return Panache.withTransaction(
            () ->
                runs.requested(command)
                    .flatMap(
                        isNew ->
                            isNew
                                ? outbox.add(command, Correlation.of(run))
                                : Uni.createFrom().voidItem()))
        .invoke(() -> changes.changed(Kind.RUN, run))
        .map(
            ignored ->
                Response.status(Response.Status.ACCEPTED)
                    .location(URI.create("/api/v1/runs/" + run))
                    .entity(new Accepted(run, "accepted"))
                    .build());
  }
}
