/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.cli.Holdfast.Context;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a backup now. */
@Command(
    name = "run",
    header = "Runs a backup now.",
    description = {
      "Runs a backup strategy now: seals a recovery point that covers everything committed so far,",
      "takes a new base snapshot beside the running stream, or lets it be proven that what the",
      "vault holds is what the source holds.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class BackupRunCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS =
      EnumSet.of(
          ExitCode.NOT_RUNNING,
          ExitCode.NOT_READY,
          ExitCode.NOT_ALLOWED,
          ExitCode.TIMED_OUT,
          ExitCode.UNKNOWN,
          ExitCode.BACKUP_FAILED,
          ExitCode.BACKUP_PARTIAL,
          ExitCode.INTERRUPTED);

  @Mixin CatalogAccount account;

  @Mixin Common common;

  @Parameters(
      index = "0",
      paramLabel = "<strategy>",
      description = "Strategy of the policy, such as 'database'.")
  String strategy;

  /** What is done instead of sealing a recovery point. */
  static final class Kind {
    @Option(names = "--base", description = "Take a new base snapshot.")
    boolean base;

    @Option(
        names = "--proof",
        description = "Hash what the source holds, and have it compared with the vault.")
    boolean proof;

    String wire() {
      return base ? "base" : proof ? "proof" : "recovery-point";
    }
  }

  @ArgGroup(exclusive = true)
  Kind kind = new Kind();

  @Option(names = "--wait", description = "Return when the backup has ended.")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "<duration>",
      defaultValue = "30m",
      converter = Durations.class,
      description = "How long --wait waits, such as 90s, 5m or 1h (default: ${DEFAULT-VALUE}).")
  Duration timeout;

  private final Console console;

  BackupRunCommand(Context context) {
    this.console = context.console();
  }

  @Override
  public Integer call() {
    Installation installation = Installation.find(common.folder(console));
    try (ServiceClient services = new ServiceClient(installation, account, console)) {
      Map<String, String> request = new LinkedHashMap<>();
      request.put("strategy", strategy);
      request.put("kind", kind.wire());
      JsonNode accepted = services.post(Installation.SCHEDULER, "/api/v1/backups", request);
      String backup = accepted.path("backup").asText();
      if (!wait) {
        printAccepted(backup);
        return ExitCode.OK.code();
      }
      JsonNode finished = waitFor(services, backup);
      print(finished);
      return exit(finished).code();
    }
  }

  private JsonNode waitFor(ServiceClient services, String backup) {
    try (Progress progress = new Progress(console)) {
      progress.show("backup " + backup, 0, 0);
      return Waiting.until(
          console,
          timeout,
          "the backup goes on; its id is " + backup,
          () -> finished(services, backup));
    }
  }

  /** The catalog hears of a backup a moment after the scheduler has accepted it. */
  static Optional<JsonNode> finished(ServiceClient services, String backup) {
    ServiceClient.Answer answer = services.ask(Installation.CATALOG, "/api/v1/backups/" + backup);
    services.requireAllowed(Installation.CATALOG, answer);
    if (answer.status() != 200) {
      return Optional.empty();
    }
    JsonNode run = Json.tree(answer.body(), "the answer of " + Installation.CATALOG);
    return run.path("status").asText().equals("running") ? Optional.empty() : Optional.of(run);
  }

  private void printAccepted(String backup) {
    if (common.json) {
      console.out().println(Json.write(new Accepted(backup, "accepted")));
    } else {
      console.out().println("backup " + backup + " accepted");
    }
  }

  /** In JSON output, without {@code --wait}. */
  record Accepted(String id, String status) {}

  private void print(JsonNode run) {
    if (common.json) {
      console.out().println(Json.write(run));
      return;
    }
    console
        .out()
        .println(
            "backup "
                + run.path("id").asText()
                + " "
                + run.path("status").asText()
                + ", "
                + Progress.bytes(run.path("bytes").asLong())
                + " stored");
    for (JsonNode part : run.path("components")) {
      String through = part.path("through").path("lsn").asText("");
      String error = part.path("error").asText("");
      console
          .out()
          .println(
              "  "
                  + part.path("source").asText()
                  + ": "
                  + part.path("status").asText()
                  + (through.isEmpty() ? "" : ", durable through " + through)
                  + (part.path("error").isNull() || error.isEmpty() ? "" : ": " + error));
    }
  }

  private static ExitCode exit(JsonNode run) {
    return switch (run.path("status").asText()) {
      case "completed" -> ExitCode.OK;
      case "partial" -> ExitCode.BACKUP_PARTIAL;
      default -> ExitCode.BACKUP_FAILED;
    };
  }
}
