/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a restore point now. */
@Command(
    name = "create",
    header = "Names the present moment of a source.",
    description = {
      "Names the present moment of a source, such as the one before a release: seals everything that",
      "was committed before, and writes name and exact position into the chain in the vault. 'restore",
      "--to-point' brings it back, through the services or without any.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class RestorePointCreateCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS =
      EnumSet.of(
          ExitCode.NOT_RUNNING,
          ExitCode.NOT_READY,
          ExitCode.NOT_ALLOWED,
          ExitCode.TIMED_OUT,
          ExitCode.UNKNOWN,
          ExitCode.BACKUP_FAILED,
          ExitCode.INTERRUPTED);

  @Mixin CatalogAccount account;

  @Mixin Common common;

  @Parameters(
      index = "0",
      paramLabel = "<name>",
      converter = RestoreCommand.PointConverter.class,
      description = "1 to 63 characters, such as 'before release 42'; unique within the source.")
  PointName name;

  @Option(
      names = "--source",
      paramLabel = "<id>",
      defaultValue = "main",
      converter = RestoreCommand.SourceConverter.class,
      description = "The source (default: ${DEFAULT-VALUE}).")
  SourceId source;

  @Option(
      names = "--timeout",
      paramLabel = "<duration>",
      defaultValue = "10m",
      converter = Durations.class,
      description = "How long to wait for it (default: ${DEFAULT-VALUE}).")
  Duration timeout;

  private final Console console;

  RestorePointCreateCommand(Context context) {
    this.console = context.console();
  }

  /**
   * What was made.
   *
   * @param backup the run that made it
   */
  record Made(PointName name, SourceId source, String lsn, int timeline, String backup) {}

  @Override
  public Integer call() {
    Installation installation = Installation.find(common.folder(console));
    try (ServiceClient services = new ServiceClient(installation, account, console)) {
      String backup =
          services
              .post(
                  Installation.SCHEDULER,
                  "/api/v1/restore-points",
                  Map.of("source", source, "name", name, "requestedBy", console.user()))
              .path("backup")
              .asText();
      print(made(waitFor(services, backup), backup));
    }
    return ExitCode.OK.code();
  }

  private JsonNode waitFor(ServiceClient services, String backup) {
    try (Progress progress = new Progress(console)) {
      progress.show("restore point '" + name + "'", 0, 0);
      return Waiting.until(
          console,
          timeout,
          "it may still be made: 'holdfast restore-point list' shows it then",
          () -> BackupRunCommand.finished(services, backup));
    }
  }

  private Made made(JsonNode run, String backup) {
    JsonNode part = run.path("components").path(0);
    JsonNode through = part.path("through");
    if (!run.path("status").asText().equals("completed") || !through.isObject()) {
      throw new CliException(
          ExitCode.BACKUP_FAILED,
          "the restore point '"
              + name
              + "' was not made: "
              + part.path("error").asText("no reason given"),
          "'holdfast restore-point list' shows those that there are, 'holdfast status' how the"
              + " source is");
    }
    return new Made(
        name, source, through.path("lsn").asText(), through.path("timeline").asInt(), backup);
  }

  private void print(Made made) {
    console
        .out()
        .println(
            common.json
                ? Json.write(made)
                : "restore point '"
                    + made.name()
                    + "' of source "
                    + made.source()
                    + " at LSN "
                    + made.lsn()
                    + " on timeline "
                    + made.timeline());
  }
}
