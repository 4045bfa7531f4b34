/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.cli.Holdfast.Context;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what can be restored. */
@Command(
    name = "recovery-points",
    header = "What can be restored, per region.",
    description = {
      "Says what can be restored: per region the ranges in which every moment can be. A range is",
      "listed only when all that it needs is in that region and was verified there.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class RecoveryPointsCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS =
      EnumSet.of(ExitCode.NOT_RUNNING, ExitCode.NOT_READY, ExitCode.NOT_ALLOWED, ExitCode.UNKNOWN);

  @Mixin CatalogAccount account;

  @Mixin Common common;

  @Option(
      names = "--source",
      paramLabel = "<id>",
      defaultValue = "main",
      description = "The source (default: ${DEFAULT-VALUE}).")
  String source;

  @Option(names = "--region", paramLabel = "<id>", description = "Only this region.")
  @Nullable String region;

  private final Console console;

  RecoveryPointsCommand(Context context) {
    this.console = context.console();
  }

  /** In JSON output: {@code ranges} as the catalog gives them. */
  record Points(String source, ArrayNode ranges) {}

  @Override
  public Integer call() {
    Installation installation = Installation.find(common.folder(console));
    ArrayNode ranges = JsonNodeFactory.instance.arrayNode();
    try (ServiceClient services = new ServiceClient(installation, account, console)) {
      String cursor = "";
      do {
        JsonNode page = services.get(Installation.CATALOG, path(cursor));
        page.path("items").forEach(ranges::add);
        cursor = page.path("next").isTextual() ? page.path("next").asText() : "";
      } while (!cursor.isEmpty());
    }
    if (common.json) {
      console.out().println(Json.write(new Points(source, ranges)));
    } else {
      print(ranges);
    }
    return ExitCode.OK.code();
  }

  private String path(String cursor) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("limit", "1000");
    if (region != null) {
      parameters.put("region", region);
    }
    if (!cursor.isEmpty()) {
      parameters.put("cursor", cursor);
    }
    return "/api/v1/sources/"
        + java.net.URLEncoder.encode(source, java.nio.charset.StandardCharsets.UTF_8)
        + "/recovery-points"
        + ServiceClient.query(parameters);
  }

  private void print(ArrayNode ranges) {
    if (ranges.isEmpty()) {
      console
          .out()
          .println(
              "nothing of source '"
                  + source
                  + "' can be restored"
                  + (region == null ? "" : " from " + region)
                  + " yet; 'holdfast status' says why");
      return;
    }
    String row = "%-14s %-32s %-32s %-24s %s%n";
    console.out().printf(Locale.ROOT, row, "region", "from", "through", "LSN", "base snapshot");
    for (JsonNode range : ranges) {
      console
          .out()
          .printf(
              Locale.ROOT,
              row,
              range.path("region").asText(),
              range.path("fromTime").asText(),
              range.path("throughTime").asText(),
              range.path("from").path("lsn").asText()
                  + " - "
                  + range.path("through").path("lsn").asText(),
              range.path("base").asText());
    }
  }
}
