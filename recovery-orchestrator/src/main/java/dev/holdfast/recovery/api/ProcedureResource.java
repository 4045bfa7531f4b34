/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import dev.holdfast.messaging.Correlation;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.recovery.procedure.Objective;
import dev.holdfast.recovery.procedure.Procedure;
import dev.holdfast.recovery.procedure.Procedures;
import dev.holdfast.recovery.store.PostgresRunStore;
import dev.holdfast.service.Problem;
import dev.holdfast.service.SourcesConfig;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** The procedures that can be run, and the objectives they serve. */
@Path("/api/v1")
@Tag(name = "Procedures", description = "Recovery procedures and objectives")
public class ProcedureResource {

  private final Procedures procedures;
  private final SourcesConfig sources;
  private final PostgresRunStore store;
  private final RecoveryRequests requests;

  ProcedureResource(
      Procedures procedures,
      SourcesConfig sources,
      PostgresRunStore store,
      RecoveryRequests requests) {
    this.procedures = procedures;
    this.sources = sources;
    this.store = store;
    this.requests = requests;
  }

  /** What to run a procedure on. */
  public record Execution(@Nullable String source, @Nullable String requestedBy) {}

  /** The run that was started. */
  public record Started(String run) {}

  /**
   * A procedure for people to choose.
   *
   * @param fullyAutomated no step waits for a person
   */
  public record ProcedureView(
      String id,
      String name,
      String scenario,
      String severity,
      long estimatedSeconds,
      String objective,
      boolean fullyAutomated,
      List<StepView> steps) {

    static ProcedureView of(Procedure it) {
      return new ProcedureView(
          it.id(),
          it.name(),
          it.scenario(),
          it.severity(),
          it.estimatedSeconds(),
          it.objective(),
          it.fullyAutomated(),
          it.steps().stream()
              .map(
                  step ->
                      new StepView(
                          step.step(),
                          step.name(),
                          step.description(),
                          step.critical(),
                          step.automated(),
                          step.remedyFor(),
                          step.actions().stream().map(action -> action.text()).toList(),
                          step.verification()))
              .toList());
    }
  }

  /**
   * @param remedyFor it runs only if that step failed or found loss
   */
  public record StepView(
      int step,
      String name,
      String description,
      boolean critical,
      boolean automated,
      Optional<Integer> remedyFor,
      List<String> actions,
      String verification) {}

  @GET
  @Path("/procedures")
  @Operation(operationId = "listProcedures", summary = "Procedures that can be run")
  public List<ProcedureView> list() {
    return procedures.all().stream().map(ProcedureView::of).toList();
  }

  @GET
  @Path("/procedures/{procedure}")
  @Operation(operationId = "getProcedure", summary = "One procedure")
  public ProcedureView get(@RestPath String procedure) {
    return ProcedureView.of(named(procedure));
  }

  @GET
  @Path("/objectives")
  @Operation(operationId = "listObjectives", summary = "Recovery objectives, in seconds")
  public List<Objective> objectives() {
    return procedures.objectives().objectives();
  }

  @POST
  @Path("/procedures/{procedure}/runs")
  @ResponseStatus(202)
  @Operation(operationId = "executeProcedure", summary = "Run a procedure")
  public Started execute(@RestPath String procedure, @Nullable Execution execution) {
    Procedure wanted = named(procedure);
    SourceId source = source(execution == null ? null : execution.source());
    RunId run = new RunId("run-" + UUID.randomUUID());
    String by =
        execution == null || execution.requestedBy() == null ? "api" : execution.requestedBy();
    boolean added =
        store.inTransaction(
            () -> requests.execute(run, wanted, source, by, Correlation.of(run.value())));
    if (!added) {
      throw Problem.conflict(
              "run-active",
              "Another run is at work",
              "another run is at work on source '"
                  + source
                  + "'"
                  + store.active(source).map(id -> ": " + id).orElse(""))
          .at("source")
          .fix("wait for its end, or abort it");
    }
    requests.wake();
    return new Started(run.value());
  }

  private Procedure named(String id) {
    return procedures
        .find(id)
        .filter(it -> !it.id().equals(Procedures.RESTORE))
        .orElseThrow(
            () ->
                Problem.notFound(
                        "unknown-procedure",
                        "Unknown procedure",
                        "there is no procedure '"
                            + id
                            + "'"
                            + (Procedures.isNotShipped(id) ? " in this version" : ""))
                    .at("procedure")
                    .fix(
                        "use one of "
                            + procedures.all().stream()
                                .map(Procedure::id)
                                .map(String::valueOf)
                                .collect(Collectors.joining(", "))));
  }

  private SourceId source(@Nullable String text) {
    if (text == null || text.isBlank()) {
      throw Problem.badRequest("source", "source is missing", "name a source");
    }
    return sources.sources().keySet().stream()
        .filter(it -> it.value().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.notFound(
                        "unknown-source", "Unknown source", "there is no source '" + text + "'")
                    .at("source")
                    .fix(
                        "use one of "
                            + new TreeSet<>(sources.sources().keySet())
                                .stream().map(String::valueOf).collect(Collectors.joining(", "))));
  }
}
