/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import dev.holdfast.model.RunId;
import dev.holdfast.recovery.api.RecoveryRequests.Answer;
import dev.holdfast.recovery.engine.RunDriver;
import dev.holdfast.recovery.run.Run;
import dev.holdfast.recovery.run.StaleRunException;
import dev.holdfast.recovery.store.PostgresRunStore;
import dev.holdfast.recovery.store.RunListing;
import dev.holdfast.service.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Runs under way and over, and a person's answers to them. */
@Path("/api/v1/runs")
@Tag(name = "Runs", description = "Recovery runs, newest first")
public class RunResource {

  private static final int MOST = 500;

  private final RunListing runs;
  private final PostgresRunStore store;
  private final RecoveryRequests requests;
  private final RunDriver driver;

  RunResource(
      RunListing runs, PostgresRunStore store, RecoveryRequests requests, RunDriver driver) {
    this.runs = runs;
    this.store = store;
    this.requests = requests;
    this.driver = driver;
  }

  /** Some runs, newest first. */
  public record Runs(List<RunView> items) {}

  /**
   * @param by who answers
   * @param comment why; the proof, where fencing was asked about
   */
  public record Decision(
      @Nullable Boolean approved, @Nullable String by, @Nullable String comment) {}

  /** Who ends a run, and why. */
  public record Abort(@Nullable String by, @Nullable String comment) {}

  @GET
  @Operation(operationId = "listRuns", summary = "Recovery runs")
  public Runs list(
      @RestQuery @Nullable String source,
      @Parameter(description = "such as restore") @RestQuery @Nullable String procedure,
      @Parameter(description = "running, waiting-for-approval, completed or failed") @RestQuery
          @Nullable String status,
      @Parameter(description = "1 to 500, else 100") @RestQuery @Nullable String limit) {
    return new Runs(
        runs
            .list(
                new RunListing.Filter(
                    Optional.ofNullable(source),
                    Optional.ofNullable(procedure),
                    Optional.ofNullable(status).map(RunResource::state)),
                limit == null ? 100 : limit(limit))
            .stream()
            .map(RunView::of)
            .toList());
  }

  private static Run.State state(String text) {
    return Arrays.stream(Run.State.values())
        .filter(
            it ->
                text.equals(
                    it == Run.State.WAITING
                        ? "waiting-for-approval"
                        : it.name().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.badRequest(
                    "status",
                    "status '" + text + "' is no status of a run",
                    "use running, waiting-for-approval, completed or failed"));
  }

  static int limit(String text) {
    if (text.matches("[0-9]{1,3}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    }
    throw Problem.badRequest(
        "limit", "limit '" + text + "' is not a number from 1 to " + MOST, "give such a number");
  }

  @GET
  @Path("/{run}")
  @Operation(operationId = "getRun", summary = "One run with its steps")
  public RunView get(@RestPath String run) {
    return RunView.of(runs.find(id(run)).orElseThrow(() -> unknown(run)));
  }

  @POST
  @Path("/{run}/steps/{step}/decision")
  @Operation(operationId = "decideStep", summary = "Approve or reject a step that waits")
  public RunView decide(@RestPath String run, @RestPath int step, @Nullable Decision decision) {
    if (decision == null || decision.approved() == null) {
      throw Problem.badRequest(
          "approved", "approved is missing", "send {\"approved\":true,\"by\":\"...\"}");
    }
    String by = by(decision.by());
    boolean approved = decision.approved();
    String comment = text(decision.comment());
    RunId id = id(run);
    answered(run, () -> requests.decide(id, step, approved, by, comment));
    requests.wake();
    return get(run);
  }

  @POST
  @Path("/{run}/abort")
  @Operation(
      operationId = "abortRun",
      summary = "End a run; what it has done so far stays as it is")
  public RunView abort(@RestPath String run, @Nullable Abort abort) {
    String by = by(abort == null ? null : abort.by());
    String comment = abort == null ? "" : text(abort.comment());
    RunId id = id(run);
    answered(run, () -> requests.abort(id, by, comment));
    driver.interrupt(id);
    return get(run);
  }

  /** The driver may change the run at the same moment: then its new state decides. */
  private void answered(String run, Supplier<Uni<Answer>> answer) {
    for (int attempt = 1; ; attempt++) {
      try {
        switch (store.inTransaction(answer)) {
          case Answer.Taken ignored -> {
            return;
          }
          case Answer.NoSuchRun ignored -> throw unknown(run);
          case Answer.Refused(String why) ->
              throw Problem.conflict("wrong-state", "The run's state does not allow it", why)
                  .fix("look at GET /api/v1/runs/" + run);
        }
      } catch (StaleRunException e) {
        if (attempt == 5) {
          throw Problem.conflict("wrong-state", "The run changes all the time", e.getMessage() + "")
              .fix("try again");
        }
      }
    }
  }

  private static String by(@Nullable String by) {
    if (by == null || by.isBlank()) {
      throw Problem.badRequest("by", "by is missing", "say who answers");
    }
    return by;
  }

  private static String text(@Nullable String comment) {
    return comment == null ? "" : comment;
  }

  private static RunId id(String text) {
    try {
      return new RunId(text);
    } catch (IllegalArgumentException e) {
      throw unknown(text);
    }
  }

  private static Problem unknown(String run) {
    return Problem.notFound("unknown-run", "Unknown run", "there is no run '" + run + "'")
        .at("run")
        .fix("list them with GET /api/v1/runs");
  }
}
