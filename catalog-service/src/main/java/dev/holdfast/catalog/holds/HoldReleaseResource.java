/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.holds;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.AuditDetail;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.Commands;
import dev.holdfast.catalog.http.Problems;
import dev.holdfast.events.BackupCommand.ReleaseLegalHold;
import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldReason;
import dev.holdfast.model.SourceId;
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
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Asks a worker to release a legal hold, over Kafka. */
@Path("/api/v1/legal-holds/{hold}/release")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Legal holds")
public class HoldReleaseResource {

  private final HoldProjection holds;
  private final Commands commands;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  HoldReleaseResource(
      HoldProjection holds,
      Commands commands,
      SecurityIdentity identity,
      AuditDetail audit,
      InstantSource clock) {
    this.holds = holds;
    this.commands = commands;
    this.identity = identity;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Why a hold ends.
   *
   * @param reason 1 to 1000 characters
   * @param confirm the source's id: what is released can be deleted again
   */
  public record ReleaseOrder(
      @Schema(examples = "settled on 2026-12-01") @Nullable String reason,
      @Schema(examples = "main") @Nullable String confirm) {}

  @POST
  @RolesAllowed(Role.Names.ADMIN)
  @Operation(
      operationId = "releaseLegalHold",
      summary = "Release a legal hold",
      description =
          "Goes out as a command; follow the Location. What another hold needs stays held. Asked"
              + " again for a hold that was released, it completes the release.")
  public Uni<Response> release(@RestPath String hold, @Nullable ReleaseOrder order) {
    ReleaseOrder asked = order == null ? new ReleaseOrder(null, null) : order;
    HoldReason reason =
        HoldFields.required("reason", asked.reason(), "say why it ends", HoldReason::new);
    audit.say(reason.value());
    return Panache.withSession(() -> holds.find(hold))
        .map(found -> found.orElseThrow(() -> Problems.unknown("legal-hold", hold, List.of())))
        .map(
            row -> {
              requireReleasable(row, asked.confirm());
              return new ReleaseLegalHold(
                  new HoldId(row.id),
                  new SourceId(row.source),
                  reason,
                  identity.getPrincipal().getName(),
                  clock.instant());
            })
        .chain(
            command ->
                HoldFields.accepted(
                    command.hold(),
                    commands.once(command, () -> holds.requested(command), Kind.HOLD, hold)));
  }

  private static void requireReleasable(HoldRow row, @Nullable String confirm) {
    if (row.status.equals(HoldRow.REQUESTED) || row.status.equals(HoldRow.FAILED)) {
      throw Problem.conflict(
              "legal-hold-not-placed",
              "There is nothing to release",
              "legal hold '%s' was %s, and is not in force"
                  .formatted(row.name, row.status.equals(HoldRow.FAILED) ? "refused" : "asked for"))
          .at("hold")
          .fix("look at GET /api/v1/legal-holds/" + row.id);
    }
    if (!row.source.equals(confirm)) {
      throw Problem.of(
              422,
              "not-confirmed",
              "The release is not confirmed",
              "what is released can be deleted again, and confirm does not name source "
                  + row.source)
          .at("confirm")
          .fix("give confirm: '" + row.source + "', if that is what you want");
    }
  }
}
