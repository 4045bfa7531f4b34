/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.api;

import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.scheduler.policy.Policy;
import dev.holdfast.scheduler.policy.Strategy;
import dev.holdfast.scheduler.run.BackupRun;
import dev.holdfast.scheduler.run.Kind;
import dev.holdfast.scheduler.store.RunStore;
import dev.holdfast.service.Problem;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Backups on request. */
@Path("/api/v1/backups")
@Produces(MediaType.APPLICATION_JSON)
public class BackupResource {

  private final Policy policy;
  private final RequestedRuns runs;
  private final RunStore store;
  private final InstantSource clock;

  BackupResource(Policy policy, RequestedRuns runs, RunStore store, InstantSource clock) {
    this.policy = policy;
    this.runs = runs;
    this.store = store;
    this.clock = clock;
  }

  /**
   * What is asked for.
   *
   * @param kind {@code recovery-point} (default), {@code base} or {@code proof}
   */
  public record BackupRequest(@Nullable String strategy, @Nullable String kind) {}

  /**
   * @param backup id to follow it by
   */
  public record Accepted(String backup, String status) {}

  @POST
  @ResponseStatus(202)
  @Operation(operationId = "runBackup", summary = "Run a backup now")
  public Uni<Accepted> run(@Nullable BackupRequest request) {
    if (request == null) {
      throw Problem.badRequest(
          "body", "the request has no body", "send {\"strategy\": \"database\"}");
    }
    Strategy strategy = strategy(request.strategy());
    Kind kind = kind(request.kind());
    BackupRun wanted =
        BackupRun.begin(
            new BackupRun.Request(
                new BackupId(strategy.id() + "-" + UUID.randomUUID().toString().substring(0, 18)),
                Trigger.REQUEST,
                "api",
                Optional.empty()),
            strategy.id(),
            kind,
            strategy.databases(),
            clock.instant());
    return Panache.withTransaction(
            () ->
                runs.begin(
                    wanted,
                    "backup-run",
                    "backup/" + wanted.id(),
                    "strategy %s, %s".formatted(wanted.strategy(), wanted.kind().wire())))
        .map(run -> new Accepted(run.id().value(), "accepted"));
  }

  @GET
  @Path("/{backup}")
  @Operation(operationId = "getBackup", summary = "One backup run")
  public Uni<BackupRun> get(@RestPath String backup) {
    return Panache.withSession(() -> store.find(id(backup)))
        .map(run -> run.orElseThrow(() -> unknown(backup)));
  }

  private static BackupId id(String backup) {
    try {
      return new BackupId(backup);
    } catch (IllegalArgumentException e) {
      throw unknown(backup);
    }
  }

  private static Problem unknown(String backup) {
    return Problem.notFound(
            "unknown-backup", "Unknown backup", "there is no backup '%s'".formatted(backup))
        .at("backup")
        .fix("the catalog lists all with GET /api/v1/backups");
  }

  private Strategy strategy(@Nullable String name) {
    String known =
        policy.strategies().stream()
            .map(strategy -> strategy.id().value())
            .collect(Collectors.joining(", "));
    if (name == null || name.isBlank()) {
      throw Problem.badRequest("strategy", "strategy is missing", "use one of " + known);
    }
    Strategy strategy =
        parse(name)
            .flatMap(policy::find)
            .orElseThrow(
                () ->
                    Problem.notFound(
                            "unknown-strategy",
                            "Unknown strategy",
                            "the policy has no strategy '%s'".formatted(name))
                        .at("strategy")
                        .fix("use one of " + known));
    strategy
        .obstacle()
        .ifPresent(
            obstacle -> {
              throw Problem.of(
                      422,
                      "strategy-not-driven",
                      "This strategy cannot run yet",
                      "strategy '%s': %s".formatted(name, obstacle))
                  .at("strategy")
                  .fix("use a strategy of databases");
            });
    return strategy;
  }

  private static Optional<StrategyId> parse(String name) {
    try {
      return Optional.of(new StrategyId(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Kind kind(@Nullable String name) {
    if (name == null) {
      return Kind.RECOVERY_POINT;
    }
    return Kind.ofStrategy(name)
        .orElseThrow(
            () ->
                Problem.badRequest(
                    "kind",
                    "kind '%s' is not known".formatted(name),
                    "use one of "
                        + Kind.ofStrategies().stream()
                            .map(Kind::wire)
                            .collect(Collectors.joining(", "))));
  }
}
