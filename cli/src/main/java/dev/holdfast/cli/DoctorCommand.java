/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Finding;
import dev.holdfast.postgres.Finding.Severity;
import dev.holdfast.postgres.FullIdentity;
import dev.holdfast.postgres.SourceChecks;
import dev.holdfast.postgres.base.SlotName;
import dev.holdfast.postgres.scope.TableScope;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks at a source, before or while it is protected. */
@Command(
    name = "doctor",
    header = "What would make a source's backup inexact, or the source unsafe?",
    sortOptions = false,
    description = {
      "Looks at a source and names everything that stands in the way of an exact backup or endangers",
      "the source, with the fix for each. Changes nothing without --full-identity.",
      "",
      "With a url it looks by itself, before anything protects the database. With the id of a source",
      "it asks the worker that protects it. Ends with 12 when something stands in the way, else with",
      "0, warnings or not.",
      ""
    },
    footer = {
      "",
      "User and password: user= and password= in the url, else PGUSER and PGPASSWORD, else the",
      "password file (PGPASSFILE, ~/.pgpass) and your own name, as psql does."
    })
@SuppressWarnings("NullAway.Init")
final class DoctorCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS =
      EnumSet.of(
          ExitCode.NOT_RUNNING,
          ExitCode.NOT_READY,
          ExitCode.UNREACHABLE,
          ExitCode.BAD_CREDENTIALS,
          ExitCode.WRONG_SETTING,
          ExitCode.UNKNOWN,
          ExitCode.TOO_NEW);

  @Option(
      names = "--source",
      required = true,
      paramLabel = "<url or id>",
      description =
          "The database, such as jdbc:postgresql://host:5432/app?user=backup, or the id of a source"
              + " that is protected, such as main.")
  String source;

  @Option(
      names = "--as",
      paramLabel = "<id>",
      defaultValue = "main",
      converter = RestoreCommand.SourceConverter.class,
      description =
          "With a url: the id that the source will have (default: ${DEFAULT-VALUE}); slot and"
              + " publication are named after it.")
  SourceId id;

  @Option(
      names = "--include",
      split = ",",
      paramLabel = "<schema>",
      defaultValue = "public,auth,storage",
      description = "With a url: schemas to protect, %% for any (default: ${DEFAULT-VALUE}).")
  List<String> include;

  @Option(
      names = "--exclude",
      split = ",",
      paramLabel = "<pattern>",
      defaultValue = "logs,tmp_%%",
      description = "With a url: schemas or tables that are left out (default: ${DEFAULT-VALUE}).")
  List<String> exclude;

  @Option(
      names = "--full-identity",
      split = ",",
      paramLabel = "<pattern>",
      description = {
        "With a url: gives these tables REPLICA IDENTITY FULL, %% for all that have no identity, so",
        "that their changes can be protected. Every UPDATE and DELETE on them then writes the whole",
        "old row to the log. Takes the right to alter them."
      })
  @Nullable List<String> fullIdentity;

  @Mixin Common common;

  private final Console console;

  DoctorCommand(Context context) {
    this.console = context.console();
  }

  /**
   * One thing that was found.
   *
   * @param severity {@code error}, {@code warning} or {@code info}
   * @param fix empty when there is nothing to do
   */
  record Found(String severity, String subject, String message, String fix) {
    static Found of(Finding finding) {
      return new Found(
          finding.severity().name().toLowerCase(Locale.ROOT),
          finding.subject(),
          finding.message(),
          finding.fix());
    }

    boolean isA(Severity wanted) {
      return severity.equalsIgnoreCase(wanted.name());
    }
  }

  /** The command's JSON. */
  record Report(String source, boolean protectable, List<String> changed, List<Found> findings) {}

  @Override
  public Integer call() {
    List<Found> findings = new ArrayList<>();
    List<String> changed = fullIdentity == null ? List.of() : change(fullIdentity, findings);
    findings.addAll(source.contains(":") ? direct() : asked());
    boolean protectable = findings.stream().noneMatch(found -> found.isA(Severity.ERROR));
    if (common.json) {
      console.out().println(Json.write(new Report(described(), protectable, changed, findings)));
    } else {
      changed.forEach(
          table -> console.out().println("CHANGED  " + table + " has REPLICA IDENTITY FULL"));
      print(findings);
    }
    return (protectable ? ExitCode.OK : ExitCode.WRONG_SETTING).code();
  }

  /** The url may hold a password. */
  private String described() {
    return source.contains(":")
        ? TargetUrl.parse(source, console).url().toString()
        : known().value();
  }

  private SourceId known() {
    try {
      return new SourceId(source);
    } catch (IllegalArgumentException e) {
      throw new CliException(
          ExitCode.USAGE,
          "--source: " + e.getMessage(),
          "give a database's url, such as jdbc:postgresql://host:5432/app, or a source's id");
    }
  }

  private List<String> change(List<String> tables, List<Found> findings) {
    if (!source.contains(":")) {
      throw new CliException(
          ExitCode.USAGE,
          "--full-identity changes tables, which takes your own rights, not the worker's",
          "give --source the database's url, such as jdbc:postgresql://host:5432/app");
    }
    FullIdentity.Outcome outcome =
        FullIdentity.give(connections(), new TableScope(include, exclude), tables);
    outcome.refused().forEach(refused -> findings.add(Found.of(refused)));
    return outcome.changed();
  }

  private Connections connections() {
    TargetUrl database = TargetUrl.parse(source, console);
    return Connections.to(database.url(), database.credentials()).named("holdfast-doctor");
  }

  private List<Found> direct() {
    return SourceChecks.run(connections(), new TableScope(include, exclude), SlotName.of(id))
        .stream()
        .map(Found::of)
        .toList();
  }

  private List<Found> asked() {
    SourceId known = known();
    List<Found> findings = new ArrayList<>();
    try (ServiceClient services = new ServiceClient(Installation.find(common.folder(console)))) {
      JsonNode found =
          services.post("snapshot-worker", "/api/v1/capture/" + known + "/examine", Map.of());
      for (JsonNode finding : found) {
        findings.add(Json.convert(finding, Found.class, "the worker's findings"));
      }
    }
    return findings;
  }

  private void print(List<Found> findings) {
    for (Found found : findings) {
      console
          .out()
          .println(
              "%-8s %s: %s"
                  .formatted(
                      found.severity.toUpperCase(Locale.ROOT), found.subject, found.message));
      if (!found.fix.isEmpty()) {
        console.out().println("         HINT: " + found.fix);
      }
    }
    console
        .out()
        .println(
            "%s: %d in the way, %d to know of, %d notes"
                .formatted(
                    described(),
                    count(findings, Severity.ERROR),
                    count(findings, Severity.WARNING),
                    count(findings, Severity.INFO)));
  }

  private static long count(List<Found> findings, Severity severity) {
    return findings.stream().filter(found -> found.isA(severity)).count();
  }
}
