/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.backups;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.AuditDetail;
import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.chain.KnownPoint;
import dev.holdfast.catalog.chain.PointDirectory;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.Commands;
import dev.holdfast.catalog.http.Answers;
import dev.holdfast.catalog.http.IdempotencyKey;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.events.ScheduleCommand.NamePosition;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.service.Problem;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Asks the scheduler for a restore point, over Kafka. */
@Path("/api/v1/sources/{source}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Backups")
public class RestorePointRequestResource {

  private final ChainState chain;
  private final PointDirectory points;
  private final BackupProjection backups;
  private final Commands commands;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  RestorePointRequestResource(
      ChainState chain,
      PointDirectory points,
      BackupProjection backups,
      Commands commands,
      SecurityIdentity identity,
      AuditDetail audit,
      InstantSource clock) {
    this.chain = chain;
    this.points = points;
    this.backups = backups;
    this.commands = commands;
    this.identity = identity;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * What is asked for.
   *
   * @param name 1 to 63 characters, unique within the source
   */
  public record PointOrder(@Nullable String name) {}

  /**
   * @param backup id to follow it by
   */
  public record Accepted(String backup, String status) {}

  @POST
  @Path("/restore-points")
  @RolesAllowed(Role.Names.OPERATOR)
  @Operation(
      operationId = "createRestorePoint",
      summary = "Give a source's present position a name that can be restored to",
      description =
          "Goes out as a command; follow the Location. With an Idempotency-Key the same request"
              + " asks for the same point, however often it is sent.")
  public Uni<Response> request(
      @RestPath String source,
      @Nullable PointOrder order,
      @RestHeader(IdempotencyKey.HEADER) @Nullable String key) {
    if (order == null || order.name() == null) {
      throw Problem.badRequest("name", "name is missing", "give the restore point a name");
    }
    SourceId of = Parameters.source(source);
    PointName name = Parameters.pointName("name", order.name());
    audit.say("'" + name + "' of " + of);
    NamePosition command =
        new NamePosition(
            new BackupId("point-" + IdempotencyKey.id("'" + name + "' of " + of, key)),
            of,
            name,
            identity.getPrincipal().getName(),
            clock.instant());
    String id = command.backup().value();
    return chain
        .require(of)
        .chain(() -> commands.once(command, () -> requested(command), Kind.BACKUP, id))
        .map(ignored -> Answers.accepted("/api/v1/backups/" + id, new Accepted(id, "accepted")));
  }

  /** The same request, sent again when the point is there, finds its own one. */
  private Uni<Boolean> requested(NamePosition command) {
    return backups
        .requested(command)
        .call(
            isNew ->
                isNew
                    ? points
                        .find(command.source(), command.name())
                        .invoke(there -> requireFree(command, there))
                    : Uni.createFrom().voidItem());
  }

  private static void requireFree(NamePosition command, Optional<KnownPoint> there) {
    if (there.isPresent()) {
      throw Problem.conflict(
              "restore-point-exists",
              "The name is taken",
              "source '%s' has a restore point '%s' already, at %s"
                  .formatted(command.source(), command.name(), there.get().lsn()))
          .at("name")
          .fix("give another name; a restore point is never moved");
    }
  }
}
