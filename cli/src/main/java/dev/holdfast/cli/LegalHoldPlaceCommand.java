/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Places a legal hold on a moment. */
@Command(
    name = "place",
    header = "Holds everything that a restore to a moment needs.",
    description = {
      "Sets a legal hold (S3 Object Lock) on every object that a restore to the moment needs, in every",
      "region, whatever their retention is: nobody can delete them until 'legal-hold release'. Who placed",
      "it, why and on what is recorded in the vault, signed. Asked again with the same name, moment and",
      "reason it holds what is not held yet.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class LegalHoldPlaceCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = HoldRequest.EXITS;

  @Mixin HoldRequest request;

  @ArgGroup(multiplicity = "1", heading = "The moment to keep:%n")
  Moment moment;

  static final class Moment {
    @Option(names = "--latest", required = true, description = "The newest recovery point.")
    boolean latest;

    @Option(
        names = "--to-time",
        required = true,
        paramLabel = "<time>",
        converter = RestoreCommand.TimeConverter.class,
        description = "As a restore to it, such as 2026-11-01T12:00:00Z.")
    @Nullable Instant time;

    @Option(
        names = "--to-lsn",
        required = true,
        paramLabel = "<lsn>",
        converter = RestoreCommand.LsnConverter.class,
        description = "As a restore to it, such as 0/1A2B3C8.")
    @Nullable Lsn lsn;

    @Option(
        names = "--to-point",
        required = true,
        paramLabel = "<name>",
        converter = RestoreCommand.PointConverter.class,
        description = "The restore point of that name.")
    @Nullable PointName point;
  }

  private final Console console;

  LegalHoldPlaceCommand(Context context) {
    this.console = context.console();
  }

  @Override
  public Integer call() {
    Installation installation = Installation.find(request.common.folder(console));
    try (ServiceClient services = new ServiceClient(installation, request.account, console)) {
      String hold =
          services
              .post(
                  Installation.CATALOG,
                  "/api/v1/sources/" + request.source + "/legal-holds",
                  body())
              .path("hold")
              .asText();
      return request.follow(services, console, hold).code();
    }
  }

  private Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", request.name);
    body.put("reason", request.reason);
    if (moment.time != null) {
      body.put("toTime", moment.time);
    }
    if (moment.lsn != null) {
      body.put("toLsn", moment.lsn);
    }
    if (moment.point != null) {
      body.put("toPoint", moment.point);
    }
    return body;
  }
}
