/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.backups;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.AuditDetail;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.Commands;
import dev.holdfast.catalog.http.Answers;
import dev.holdfast.catalog.http.IdempotencyKey;
import dev.holdfast.events.ScheduleCommand.BackupKind;
import dev.holdfast.events.ScheduleCommand.RunBackup;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.StrategyId;
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
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** Asks the scheduler for a backup, over Kafka. */
@Path("/api/v1/backups")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Backups")
public class BackupRequestResource {

  private static final Map<String, BackupKind> KINDS =
      Map.of(
          "recovery-point", BackupKind.RECOVERY_POINT,
          "base", BackupKind.BASE,
          "proof", BackupKind.PROOF);

  private final BackupProjection backups;
  private final Commands commands;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  BackupRequestResource(
      BackupProjection backups,
      Commands commands,
      SecurityIdentity identity,
      AuditDetail audit,
      InstantSource clock) {
    this.backups = backups;
    this.commands = commands;
    this.identity = identity;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * What is asked for.
   *
   * @param kind {@code recovery-point} (default), {@code base} or {@code proof}
   */
  public record BackupOrder(@Nullable String strategy, @Nullable String kind) {}

  /**
   * @param backup id to follow it by
   */
  public record Accepted(String backup, String status) {}

  @POST
  @RolesAllowed(Role.Names.OPERATOR)
  @Operation(
      operationId = "requestBackup",
      summary = "Run a backup now",
      description =
          "Goes out as a command; follow the Location. With an Idempotency-Key the same request"
              + " asks for the same backup, however often it is sent.")
  public Uni<Response> request(
      @Nullable BackupOrder order, @RestHeader(IdempotencyKey.HEADER) @Nullable String key) {
    StrategyId strategy = strategy(order);
    RunBackup command =
        new RunBackup(
            new BackupId("requested-" + IdempotencyKey.id(strategy.value(), key)),
            strategy,
            kind(order),
            identity.getPrincipal().getName(),
            clock.instant());
    String id = command.backup().value();
    audit.say(
        command.kind().name().toLowerCase(Locale.ROOT).replace('_', '-')
            + " of "
            + strategy.value());
    return commands
        .once(command, () -> backups.requested(command), Kind.BACKUP, id)
        .map(ignored -> Answers.accepted("/api/v1/backups/" + id, new Accepted(id, "accepted")));
  }

  private static StrategyId strategy(@Nullable BackupOrder order) {
    if (order == null || order.strategy() == null || order.strategy().isBlank()) {
      throw Problem.badRequest(
          "strategy", "strategy is missing", "send {\"strategy\": \"database\"}");
    }
    try {
      return new StrategyId(order.strategy());
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(
          "strategy", String.valueOf(e.getMessage()), "use the id of a strategy, such as database");
    }
  }

  private static BackupKind kind(@Nullable BackupOrder order) {
    String name = order == null || order.kind() == null ? "recovery-point" : order.kind();
    BackupKind kind = KINDS.get(name);
    if (kind == null) {
      throw Problem.badRequest(
          "kind", "kind '%s' is not known".formatted(name), "use recovery-point, base or proof");
    }
    return kind;
  }
}
