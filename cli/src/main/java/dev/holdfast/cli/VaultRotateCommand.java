/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.model.SourceId;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks the running worker for a new data key. */
@Command(
    name = "rotate",
    header = "Makes the running worker encrypt under a new data key.",
    description = {
      "Asks the worker of a running Holdfast to make a new data key and to encrypt under it from now",
      "on. What was written keeps its own key and stays readable. Workers do it by themselves when a",
      "key is old (holdfast.keys.rotation, 30 days).",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultRotateCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS =
      EnumSet.of(
          ExitCode.NOT_RUNNING,
          ExitCode.NOT_READY,
          ExitCode.UNKNOWN,
          ExitCode.WRONG_KEY,
          ExitCode.STORAGE_UNAVAILABLE,
          ExitCode.STORAGE_DENIED,
          ExitCode.TOO_NEW);

  @Option(
      names = "--source",
      paramLabel = "<id>",
      defaultValue = "main",
      converter = RestoreCommand.SourceConverter.class,
      description = "The source (default: ${DEFAULT-VALUE}).")
  SourceId source;

  @Mixin Common common;

  private final Console console;

  VaultRotateCommand(Context context) {
    this.console = context.console();
  }

  @Override
  public Integer call() {
    try (ServiceClient services = new ServiceClient(Installation.find(common.folder(console)))) {
      JsonNode rotated =
          services.post("snapshot-worker", "/api/v1/capture/" + source + "/rotate", Map.of());
      console
          .out()
          .println(
              common.json
                  ? Json.write(rotated)
                  : "source "
                      + source
                      + " is encrypted under data key "
                      + rotated.path("dataKey").asText()
                      + " from now on; before it was "
                      + rotated.path("previous").asText());
    }
    return ExitCode.OK.code();
  }
}
