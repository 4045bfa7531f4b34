/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Holdfast.Context;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Releases a legal hold. */
@Command(
    name = "release",
    header = "Releases a legal hold.",
    description = {
      "Takes the legal hold from every object that no other hold needs, in every region. Locks that end",
      "by themselves stay as they are. The record of the hold stays in the vault, with who released it and",
      "why. Asked again it goes on where it was interrupted.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class LegalHoldReleaseCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = exits();

  @Mixin HoldRequest request;

  @Option(
      names = "--confirm",
      paramLabel = "<source>",
      description = "The source's id, for scripts; else it is asked for.")
  @Nullable String confirm;

  private final Console console;

  LegalHoldReleaseCommand(Context context) {
    this.console = context.console();
  }

  private static Set<ExitCode> exits() {
    EnumSet<ExitCode> exits = EnumSet.copyOf(HoldRequest.EXITS);
    exits.add(ExitCode.NOT_CONFIRMED);
    return exits;
  }

  @Override
  public Integer call() {
    Installation installation = Installation.find(request.common.folder(console));
    try (ServiceClient services = new ServiceClient(installation, request.account, console)) {
      String hold = find(services);
      Confirmation.require(
          console,
          "This releases legal hold '"
              + request.name
              + "': what no other hold needs can be deleted again.",
          request.source.value(),
          confirm);
      services.post(
          Installation.CATALOG,
          "/api/v1/legal-holds/" + hold + "/release",
          Map.of("reason", request.reason, "confirm", request.source));
      return request.follow(services, console, hold).code();
    }
  }

  /** The one in force, else the last of that name: its release may not have come to its end. */
  private String find(ServiceClient services) {
    JsonNode found =
        services
            .get(
                Installation.CATALOG,
                "/api/v1/legal-holds"
                    + ServiceClient.query(
                        Map.of("source", request.source.value(), "name", request.name.value())))
            .path("items");
    for (JsonNode hold : found) {
      if (!hold.path("status").asText().equals("released")) {
        return hold.path("hold").asText();
      }
    }
    if (found.isEmpty()) {
      throw new CliException(
          ExitCode.UNKNOWN,
          "source '" + request.source + "' has no legal hold '" + request.name + "'",
          "'holdfast legal-hold list' shows those that it has");
    }
    return found.path(0).path("hold").asText();
  }
}
