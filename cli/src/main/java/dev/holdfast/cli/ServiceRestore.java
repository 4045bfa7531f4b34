/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.restore.PlanSummary;
import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.postgres.restore.RestoreReport;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.search.TransactionTarget;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Restores through the recovery orchestrator. */
final class ServiceRestore {

  private final RestoreCommand command;
  private final Console console;

  ServiceRestore(RestoreCommand command, Console console) {
    this.command = command;
    this.console = console;
  }

  ExitCode run(TargetUrl into) {
    Installation installation = Installation.find(command.common.folder(console));
    // A transaction is looked for in the vault before the answer comes.
    try (ServiceClient services =
        command.moment.transaction().isPresent() || command.except != null
            ? new ServiceClient(installation, command.timeout)
            : new ServiceClient(installation)) {
      if (command.dryRun) {
        JsonNode plan =
            services.post(Installation.ORCHESTRATOR, "/api/v1/restores/plan", request(into));
        PlanView.print(
            Json.convert(plan, PlanSummary.class, "the orchestrator's plan"),
            into.url().toString(),
            console,
            command.common.json);
        return ExitCode.OK;
      }
      command.scope.confirmed(console, into);
      JsonNode accepted =
          services.post(Installation.ORCHESTRATOR, "/api/v1/restores", request(into));
      String run = accepted.path("run").asText();
      if (command.noWait) {
        if (command.common.json) {
          console.out().println(Json.write(Map.of("run", run, "status", "accepted")));
        } else {
          console.out().println("restore " + run + " accepted");
        }
        return ExitCode.OK;
      }
      JsonNode ended = waitFor(services, run);
      return finish(ended, run, into);
    }
  }

  private Map<String, Object> request(TargetUrl into) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("source", command.source.value());
    addMoment(request, command.moment);
    if (command.except != null) {
      request.put("exceptXid", command.except);
    }
    addScope(request, into);
    request.put("into", into.url().toString());
    if (command.region != null) {
      request.put("region", command.region);
    }
    if (command.credentials != null) {
      request.put("credentials", command.credentials);
    } else {
      // What the url or the environment names is for this target; else the orchestrator's own.
      into.given().ifPresent(given -> addCredentials(request, given));
    }
    return request;
  }

  private static void addMoment(Map<String, Object> request, RestoreCommand.Moment moment) {
    if (moment.transaction().isPresent()) {
      TransactionTarget bound = moment.transaction().get();
      request.put(bound.included() ? "toXid" : "beforeXid", bound.xid());
      return;
    }
    if (moment.point().isPresent()) {
      request.put("toPoint", moment.point().get());
      return;
    }
    switch (moment.target()) {
      case RestoreTarget.Latest _ -> {}
      case RestoreTarget.AtTime at -> request.put("toTime", at.time());
      case RestoreTarget.AtLsn at -> request.put("toLsn", at.lsn());
      case RestoreTarget.AtPoint _, RestoreTarget.Without _ ->
          throw new IllegalStateException("asked for in another way");
    }
  }

  private void addScope(Map<String, Object> request, TargetUrl into) {
    RestoreScope scope = command.scope;
    if (!scope.only.isEmpty()) {
      request.put("only", scope.only);
    }
    if (scope.beside != null) {
      request.put("beside", scope.beside);
    }
    if (scope.inPlace) {
      request.put("inPlace", true);
      // It was typed before the request is sent.
      request.put("confirm", into.url().database());
    }
  }

  private static void addCredentials(Map<String, Object> request, Credentials given) {
    request.put("user", given.user());
    request.put("password", given.password().reveal());
  }

  private JsonNode waitFor(ServiceClient services, String run) {
    try (Progress progress = new Progress(console)) {
      progress.say("restore run " + run);
      return Waiting.until(
          console,
          command.timeout,
          "the restore goes on; its run is " + run,
          () -> ended(services, run, progress));
    }
  }

  private static Optional<JsonNode> ended(ServiceClient services, String run, Progress progress) {
    JsonNode state = services.get(Installation.ORCHESTRATOR, "/api/v1/runs/" + run);
    String status = state.path("status").asText();
    boolean over = status.equals("completed") || status.equals("failed");
    JsonNode at = state.path("progress");
    if (at.isObject()) {
      RestoreProgress now = Json.convert(at, RestoreProgress.class, "the progress of run " + run);
      progress.show(VaultRestore.name(now.phase()), now.bytesDone(), now.bytesTotal(), now.left());
    } else if (!over) {
      progress.show("restoring", 0, 0);
    }
    return over ? Optional.of(state) : Optional.empty();
  }

  private ExitCode finish(JsonNode ended, String run, TargetUrl into) {
    if (!ended.path("status").asText().equals("completed")) {
      throw new CliException(
          ExitCode.ofFailedRestore(ended.path("facts").path("failure").asText("")),
          "restore " + run + " failed: " + ended.path("detail").asText("no reason given"),
          ended
              .path("facts")
              .optional("restore-beside")
              .map(
                  schema ->
                      "if the schema "
                          + schema.asText()
                          + " is there, its table holdfast_restored says how far that got: drop it"
                          + " before the next attempt")
              .orElse(
                  "if the target database is there, it is marked as incomplete: drop it before the"
                      + " next attempt"));
    }
    RestoreReport report =
        Json.convert(ended.path("report"), RestoreReport.class, "the report of restore run " + run);
    command.show(RestoredView.of(Optional.of(run), into.url().toString(), report));
    return ExitCode.OK;
  }
}
