/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.model.HoldName;
import dev.holdfast.model.HoldReason;
import dev.holdfast.model.SourceId;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** What placing and releasing a legal hold have in common: who asks for which, why, and waits. */
@SuppressWarnings("NullAway.Init")
final class HoldRequest {

  static final Set<ExitCode> EXITS =
      EnumSet.of(
          ExitCode.NOT_RUNNING,
          ExitCode.NOT_READY,
          ExitCode.NOT_ALLOWED,
          ExitCode.TIMED_OUT,
          ExitCode.UNKNOWN,
          ExitCode.NO_RECOVERY_POINT,
          ExitCode.IN_FUTURE,
          ExitCode.HELD,
          ExitCode.HOLD_FAILED,
          ExitCode.INTERRUPTED);

  @Mixin CatalogAccount account;

  @Mixin Common common;

  @Parameters(
      index = "0",
      paramLabel = "<name>",
      converter = NameConverter.class,
      description =
          "1 to 63 characters, such as 'case 2026-117'; no two holds in force of a source share one.")
  HoldName name;

  @Option(
      names = "--reason",
      paramLabel = "<text>",
      required = true,
      converter = ReasonConverter.class,
      description = "Why; it is recorded in the vault, signed, for whoever audits it.")
  HoldReason reason;

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
      defaultValue = "1h",
      converter = Durations.class,
      description = "How long to wait for it (default: ${DEFAULT-VALUE}).")
  Duration timeout;

  static final class NameConverter implements ITypeConverter<HoldName> {
    @Override
    public HoldName convert(String text) {
      try {
        return new HoldName(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  static final class ReasonConverter implements ITypeConverter<HoldReason> {
    @Override
    public HoldReason convert(String text) {
      try {
        return new HoldReason(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Waits until the catalog has heard how it went, and tells it. */
  ExitCode follow(ServiceClient services, Console console, String hold) {
    JsonNode known;
    try (Progress progress = new Progress(console)) {
      progress.show("legal hold '" + name + "'", 0, 0);
      known =
          Waiting.until(
              console,
              timeout,
              "it goes on; 'holdfast legal-hold list --verify' shows how far it is",
              () -> answered(services, hold));
    }
    return tell(console, known);
  }

  private static Optional<JsonNode> answered(ServiceClient services, String hold) {
    JsonNode known = services.get(Installation.CATALOG, "/api/v1/legal-holds/" + hold);
    return known.path("pending").isTextual() ? Optional.empty() : Optional.of(known);
  }

  private ExitCode tell(Console console, JsonNode known) {
    if (known.path("error").isTextual()) {
      throw new CliException(
          ExitCode.HOLD_FAILED,
          "legal hold '" + name + "': " + known.path("error").asText(),
          "'holdfast legal-hold list' shows what the vault records");
    }
    if (common.json) {
      console.out().println(Json.write(known));
    } else {
      console
          .out()
          .printf(
              Locale.ROOT,
              "legal hold '%s' (%s) of source %s on %s: %s%n",
              name,
              known.path("hold").asText(),
              source,
              known.path("target").asText(),
              known.path("status").asText());
      known.path("regions").forEach(region -> print(console, region));
    }
    return known.path("complete").asBoolean() ? ExitCode.OK : ExitCode.HOLD_FAILED;
  }

  private static void print(Console console, JsonNode region) {
    console
        .out()
        .println(
            "  "
                + region.path("region").asText()
                + "  "
                + region.path("changed").asLong()
                + " objects, "
                + region.path("already").asLong()
                + " were before"
                + (region.path("failed").asLong() > 0
                    ? ", " + region.path("failed").asLong() + " are not there"
                    : "")
                + (region.path("problem").isTextual()
                    ? ": " + region.path("problem").asText()
                    : ""));
    region.path("names").forEach(each -> console.out().println("    " + each.asText()));
  }
}
