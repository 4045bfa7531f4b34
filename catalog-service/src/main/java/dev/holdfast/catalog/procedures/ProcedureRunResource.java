/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.procedures;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.audit.AuditDetail;
import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.Commands;
import dev.holdfast.catalog.http.Answers;
import dev.holdfast.catalog.http.IdempotencyKey;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.catalog.runs.RunProjection;
import dev.holdfast.events.RecoveryCommand.ExecuteProcedure;
import dev.holdfast.model.RunId;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Asks the orchestrator to run a procedure, over Kafka. */
@Path("/api/v1/procedures/{procedure}/runs")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Procedures")
public class ProcedureRunResource {

  private final ProcedureProjection procedures;
  private final ChainState chain;
  private final RunProjection runs;
  private final Commands commands;
  private final SecurityIdentity identity;
  private final AuditDetail audit;
  private final InstantSource clock;

  ProcedureRunResource(
      ProcedureProjection procedures,
      ChainState chain,
      RunProjection runs,
      Commands commands,
      SecurityIdentity identity,
      AuditDetail audit,
      InstantSource clock) {
    this.procedures = procedures;
    this.chain = chain;
    this.runs = runs;
    this.commands = commands;
    this.identity = identity;
    this.audit = audit;
    this.clock = clock;
  }

  /** What to run a procedure on; who asks is who is signed in. */
  public record Execution(@Nullable String source) {}

  /**
   * @param run id to follow it by
   */
  public record Accepted(String run, String status) {}

  @POST
  @RolesAllowed(Role.Names.OPERATOR)
  @Operation(
      operationId = "executeProcedure",
      summary = "Run a procedure on a source",
      description =
          "Goes out as a command; follow the Location. With an Idempotency-Key the same request"
              + " asks for the same run, however often it is sent. One procedure at a time runs on"
              + " a source: what the orchestrator refuses ends as failed, with the reason.")
  public Uni<Response> execute(
      @RestPath String procedure,
      @Nullable Execution execution,
      @RestHeader(IdempotencyKey.HEADER) @Nullable String key) {
    if (execution == null || execution.source() == null || execution.source().isBlank()) {
      throw Problem.badRequest("source", "source is missing", "send {\"source\": \"main\"}");
    }
    SourceId source = Parameters.source(execution.source());
    audit.say(procedure + " of " + source);
    ExecuteProcedure command =
        new ExecuteProcedure(
            new RunId("run-" + IdempotencyKey.id(procedure + " of " + source, key)),
            procedure,
            source,
            identity.getPrincipal().getName(),
            clock.instant());
    return procedures
        .told()
        .invoke(told -> ProcedureResource.named(procedure, told))
        .chain(() -> chain.require(source))
        .chain(() -> send(command));
  }

  private Uni<Response> send(ExecuteProcedure command) {
    String run = command.run().value();
    return commands
        .once(command, () -> requested(command), Kind.RUN, run)
        .map(ignored -> Answers.accepted("/api/v1/runs/" + run, new Accepted(run, "accepted")));
  }

  private Uni<Boolean> requested(ExecuteProcedure command) {
    return runs.requested(command)
        .call(
            isNew ->
                isNew
                    ? runs.requireNoOther(command.run(), command.source())
                    : Uni.createFrom().voidItem());
  }
}
