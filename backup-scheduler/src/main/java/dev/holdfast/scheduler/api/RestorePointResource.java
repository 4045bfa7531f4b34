/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.api;

import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.scheduler.policy.Policy;
import dev.holdfast.scheduler.run.BackupRun;
import dev.holdfast.service.Problem;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
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
import org.jspecify.annotations.Nullable;

/** Restore points on request: a backup run of one source that names what it seals. */
@Path("/api/v1/restore-points")
@Produces(MediaType.APPLICATION_JSON)
public class RestorePointResource {

  private final Policy policy;
  private final RequestedRuns runs;
  private final InstantSource clock;

  RestorePointResource(Policy policy, RequestedRuns runs, InstantSource clock) {
    this.policy = policy;
    this.runs = runs;
    this.clock = clock;
  }

  /**
   * What is asked for.
   *
   * @param name 1 to 63 characters, unique within the source
   */
  public record PointRequest(
      @Nullable String source, @Nullable String name, @Nullable String requestedBy) {}

  /**
   * @param backup id to follow it by, as any backup run
   */
  public record Accepted(String backup, String status) {}

  @POST
  @ResponseStatus(202)
  @Operation(operationId = "createRestorePoint", summary = "Name a source's present position")
  public Uni<Accepted> create(@Nullable PointRequest request) {
    if (request == null) {
      throw Problem.badRequest(
          "body", "the request has no body", "send {\"source\": \"main\", \"name\": \"...\"}");
    }
    PointName name = name(request.name());
    SourceId source = source(request.source());
    StrategyId strategy = strategy(source);
    String by =
        Optional.ofNullable(request.requestedBy()).filter(it -> !it.isBlank()).orElse("api");
    BackupRun wanted =
        BackupRun.point(
            new BackupRun.Request(
                new BackupId("point-" + UUID.randomUUID().toString().substring(0, 18)),
                Trigger.REQUEST,
                by,
                Optional.empty()),
            strategy,
            source,
            name,
            clock.instant());
    return Panache.withTransaction(
            () ->
                runs.begin(
                    wanted,
                    "restore-point",
                    "source/" + source,
                    "'%s', backup %s".formatted(name, wanted.id())))
        .map(run -> new Accepted(run.id().value(), "accepted"));
  }

  private static PointName name(@Nullable String text) {
    if (text == null) {
      throw Problem.badRequest("name", "name is missing", "give the restore point a name");
    }
    try {
      return new PointName(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("name", String.valueOf(e.getMessage()), "give such a name");
    }
  }

  private static SourceId source(@Nullable String text) {
    if (text == null) {
      throw Problem.badRequest("source", "source is missing", "name a protected source");
    }
    try {
      return new SourceId(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("source", String.valueOf(e.getMessage()), "name such a source");
    }
  }

  private StrategyId strategy(SourceId source) {
    return policy
        .strategyOf(source)
        .orElseThrow(
            () ->
                Problem.notFound(
                        "unknown-source",
                        "Unknown source",
                        "no strategy of the policy backs up a source '%s'".formatted(source))
                    .at("source")
                    .fix(
                        "use one of "
                            + policy.sources().stream()
                                .map(SourceId::value)
                                .collect(Collectors.joining(", "))));
  }
}
