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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has the catalog read everything anew from the vault. */
@Command(
    name = "rebuild-catalog",
    header = "Has the running catalog read the chains anew from the vault.",
    description = {
      "Asks the running catalog service to forget what it holds of the chains and to read them anew",
      "from the vault, and waits until it has. Backups, runs and what was verified per region are no",
      "part of the vault and stay. Refused when the regions that can be read now hold less than the",
      "catalog knows.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultRebuildCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS =
      EnumSet.of(
          ExitCode.NOT_RUNNING,
          ExitCode.NOT_READY,
          ExitCode.NOT_ALLOWED,
          ExitCode.TIMED_OUT,
          ExitCode.INTERRUPTED);

  @Option(
      names = "--timeout",
      paramLabel = "<duration>",
      defaultValue = "30m",
      converter = Durations.class,
      description = "How long to wait for it, such as 5m or 2h (default: ${DEFAULT-VALUE}).")
  Duration timeout;

  @Mixin CatalogAccount account;

  @Mixin Common common;

  private final Console console;

  VaultRebuildCommand(Context context) {
    this.console = context.console();
  }

  @Override
  public Integer call() {
    Installation installation = Installation.find(common.folder(console));
    JsonNode rebuilt;
    try (ServiceClient services = new ServiceClient(installation, timeout, account, console);
        Progress progress = new Progress(console)) {
      progress.show("the catalog reads the vault", 0, 0);
      rebuilt = services.post(Installation.CATALOG, "/api/v1/rebuild", Map.of());
    }
    if (common.json) {
      console.out().println(Json.write(rebuilt));
      return ExitCode.OK.code();
    }
    for (JsonNode source : rebuilt.path("sources")) {
      console
          .out()
          .println(
              source.path("source").asText()
                  + ": "
                  + source.path("manifests").asLong()
                  + " manifests, read from "
                  + source.path("region").asText());
    }
    if (rebuilt.path("sources").isEmpty()) {
      console.out().println("the vault holds no source");
    }
    return ExitCode.OK.code();
  }
}
