/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Common;
import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.StatusReport.ProofStatus;
import dev.holdfast.cli.StatusReport.RegionStatus;
import dev.holdfast.cli.StatusReport.ServiceStatus;
import dev.holdfast.cli.StatusReport.SourceStatus;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says whether everything runs and is protected, and where everything is. */
@Command(
    name = "status",
    header = "Is everything running and protected?",
    description = {
      "Says whether all services run and every source is protected; per source its state, epoch,",
      "last durable commit and RPO per region; where each region's vault and the identity file are.",
      "Ends with 0 only when all of it is ready.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class StatusCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = EnumSet.of(ExitCode.NOT_RUNNING, ExitCode.NOT_READY);

  @Mixin CatalogAccount account;

  @Mixin Common common;

  private final Console console;

  StatusCommand(Context context) {
    this.console = context.console();
  }

  @Override
  public Integer call() {
    Installation installation = Installation.find(common.folder(console));
    StatusReport report;
    try (ServiceClient services = new ServiceClient(installation, account, console)) {
      report = StatusReport.of(installation, services);
    }
    if (common.json) {
      console.out().println(Json.write(report));
    } else {
      print(report);
    }
    return (report.ready() ? ExitCode.OK : ExitCode.NOT_READY).code();
  }

  private void print(StatusReport report) {
    console.out().println(report.ready() ? "ready" : "not ready");
    report.reasons().forEach(reason -> console.out().println("  " + reason));
    report.sources().forEach(this::print);
    console.out().println();
    for (ServiceStatus service : report.services()) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "%-24s %-10s %s%n",
              service.name(),
              service.ready() ? "ready" : "not ready",
              service.url());
    }
    console.out().println();
    report
        .regions()
        .forEach(
            region ->
                console
                    .out()
                    .printf(
                        Locale.ROOT,
                        "vault %-14s %s%s%n",
                        region.id(),
                        region.vaultUrl(),
                        region.profile().map(name -> "  (AWS profile " + name + ")").orElse("")));
    report
        .locks()
        .forEach(
            lock ->
                console
                    .out()
                    .printf(
                        Locale.ROOT,
                        "locks %-14s %s: %s%n",
                        lock.region(),
                        lock.source(),
                        lock.lock()));
    report.slots().stream()
        .filter(slot -> !slot.state().equals("ok"))
        .forEach(
            slot ->
                console
                    .out()
                    .printf(
                        Locale.ROOT,
                        "slot  %-14s %s: %s%n",
                        slot.source(),
                        slot.state(),
                        slot.detail()));
    report
        .awsCredentialsFile()
        .ifPresent(file -> console.out().println("vault credentials   " + file));
    report.identityFile().ifPresent(file -> console.out().println("identity            " + file));
    report
        .breakGlass()
        .ifPresent(
            command -> {
              console.out().println();
              console.out().println("To restore without any service:");
              console.out().println("  " + command);
            });
  }

  private void print(SourceStatus source) {
    console.out().println();
    console
        .out()
        .println(
            "source "
                + source.id()
                + ": "
                + source.state()
                + source.epoch().map(epoch -> ", epoch " + epoch).orElse("")
                + source.timeline().map(timeline -> ", timeline " + timeline).orElse("")
                + (source.detail().isEmpty() ? "" : " (" + source.detail() + ")"));
    console
        .out()
        .println(
            "  last commit durable: "
                + source
                    .lastCommit()
                    .map(commit -> commit.lsn() + " of " + commit.time())
                    .orElse("none since the base snapshot")
                + source.through().map(lsn -> ", durable through " + lsn).orElse("")
                + source.coveredAt().map(time -> ", all before " + time).orElse(""));
    console
        .out()
        .println("  content: " + source.proof().map(StatusCommand::proof).orElse("not proven yet"));
    for (RegionStatus region : source.regions()) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "  %-14s RPO %s%n",
              region.region(),
              rpo(region.rpoSeconds(), region.reason()));
    }
  }

  private static String proof(ProofStatus proof) {
    String last =
        switch (proof.outcome()) {
          case "proven" ->
              String.format(
                  Locale.ROOT,
                  "proven as of %s, through %s (%.1f s at the source, %.1f s in the sandbox)",
                  proof.readAt(),
                  proof.provenThrough().orElse("?"),
                  proof.sourceSeconds(),
                  proof.sandboxSeconds());
          case "differs" -> "DIFFERS as of " + proof.readAt() + ": " + proof.detail();
          default -> "could not be proven at " + proof.readAt() + ": " + proof.detail();
        };
    return proof.outcome().equals("proven")
        ? last
        : last
            + proof
                .provenAt()
                .map(at -> "; proven last as of " + at)
                .orElse("; never proven before");
  }

  private static String rpo(Optional<Double> seconds, Optional<String> reason) {
    return seconds
        .map(value -> String.format(Locale.ROOT, "%.1f s", value))
        .orElseGet(() -> "none: " + reason.orElse("nothing can be restored"));
  }
}
