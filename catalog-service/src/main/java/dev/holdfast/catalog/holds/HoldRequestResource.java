/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.holds;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.AuditDetail;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.Commands;
import dev.holdfast.catalog.http.IdempotencyKey;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.catalog.restores.MomentCheck;
import dev.holdfast.events.BackupCommand.HoldMoment;
import dev.holdfast.events.BackupCommand.PlaceLegalHold;
import dev.holdfast.events.RecoveryCommand.Moment;
import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
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
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Asks a worker to place a legal hold, over Kafka. */
@Path("/api/v1/sources/{source}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Legal holds")
public class HoldRequestResource {

  private final MomentCheck moments;
  private final HoldProjection holds;
  private final Commands commands;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  HoldRequestResource(
      MomentCheck moments,
      HoldProjection holds,
      Commands commands,
      SecurityIdentity identity,
      AuditDetail audit,
      InstantSource clock) {
    this.moments = moments;
    this.holds = holds;
    this.commands = commands;
    this.identity = identity;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * What is to be held.
   *
   * @param name 1 to 63 characters
   * @param reason 1 to 1000 characters
   * @param toTime ISO-8601, in UTC; of this and the next two at most one, without any the latest
   *     recovery point
   * @param toLsn all commits that end at or before it
   * @param toPoint the restore point of that name
   */
  public record HoldOrder(
      @Schema(examples = "case 2026-117") @Nullable String name,
      @Schema(examples = "Doe v. Example Inc., 26-CV-117") @Nullable String reason,
      @Schema(examples = "2026-11-01T12:00:00Z") @Nullable String toTime,
      @Schema(examples = "0/19A2B70") @Nullable String toLsn,
      @Schema(examples = "before release 42") @Nullable String toPoint) {

    HoldMoment moment() {
      if (Stream.of(toTime, toLsn, toPoint).filter(Objects::nonNull).count() > 1) {
        throw Problem.badRequest(
            "toTime",
            "more than one of toTime, toLsn and toPoint is given",
            "give one of them, or none for the latest");
      }
      return new HoldMoment(
          Parameters.time("toTime", toTime),
          Optional.ofNullable(toLsn).map(text -> Parameters.lsn("toLsn", text)),
          Optional.ofNullable(toPoint).map(text -> Parameters.pointName("toPoint", text)));
    }
  }

  @POST
  @Path("/legal-holds")
  @RolesAllowed(Role.Names.ADMIN)
  @Operation(
      operationId = "placeLegalHold",
      summary = "Hold everything that a restore to a moment needs, until it is released",
      description =
          "Goes out as a command; follow the Location. Asked again with the name, moment and reason"
              + " of a hold that is in force, it completes that one. With an Idempotency-Key the"
              + " same request asks for the same hold, however often it is sent.")
  public Uni<Response> place(
      @RestPath String source,
      @Nullable HoldOrder order,
      @RestHeader(IdempotencyKey.HEADER) @Nullable String key) {
    SourceId of = Parameters.source(source);
    HoldOrder asked = order == null ? new HoldOrder(null, null, null, null, null) : order;
    HoldName name = HoldFields.required("name", asked.name(), "name the case", HoldName::new);
    HoldReason reason =
        HoldFields.required("reason", asked.reason(), "say why it is held", HoldReason::new);
    HoldMoment moment = asked.moment();
    audit.say("'" + name + "' on " + moment.inWords() + " of " + of + ": " + reason);
    HoldId id = new HoldId("hold-" + IdempotencyKey.id("hold '" + name + "' of " + of, key));
    return moments
        .covered(of, restorable(moment), null)
        .chain(() -> Panache.withSession(() -> holds.current(of, name)))
        .map(
            current ->
                new PlaceLegalHold(
                    current.map(row -> same(row, id, reason, moment)).orElse(id),
                    of,
                    name,
                    reason,
                    moment,
                    identity.getPrincipal().getName(),
                    clock.instant()))
        .chain(
            command ->
                HoldFields.accepted(
                    command.hold(),
                    commands.once(
                        command,
                        () -> holds.requested(command),
                        Kind.HOLD,
                        command.hold().value())));
  }

  /** The id of a hold that is to be completed. */
  private static HoldId same(HoldRow row, HoldId id, HoldReason reason, HoldMoment moment) {
    boolean complete = row.reason.equals(reason.value()) && row.target.equals(moment.inWords());
    if (!complete && !row.id.equals(id.value())) {
      throw Problem.conflict(
              "legal-hold-exists",
              "The name is taken",
              "source '%s' has a legal hold '%s' already, of %s, on %s"
                  .formatted(row.source, row.name, row.requestedAt, row.target))
          .at("name")
          .fix("give another name, or the same moment and reason to complete it");
    }
    return new HoldId(row.id);
  }

  private static Moment restorable(HoldMoment moment) {
    return new Moment(
        moment.toTime(), moment.toLsn(), Optional.empty(), Optional.empty(), moment.toPoint());
  }
}
