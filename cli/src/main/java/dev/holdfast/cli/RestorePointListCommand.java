/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry.RestorePoint;
import dev.holdfast.vault.chain.RestorePoints;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The restore points of a source, from the vault. */
@Command(
    name = "list",
    header = "The restore points of a source.",
    description = {
      "Lists a source's restore points, newest first, from the chain in the vault: no service and no",
      "private key is needed. 'restore --dry-run --to-point' says whether one can be restored.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class RestorePointListCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = VaultPlaces.EXITS;

  @Mixin VaultPlaces places;

  private final Console console;

  RestorePointListCommand(Context context) {
    this.console = context.console();
  }

  /** The command's JSON. */
  record Report(SourceId source, List<Point> points) {}

  /**
   * A restore point.
   *
   * @param at everything committed before is in it
   */
  record Point(String name, Instant at, String lsn, int timeline, String requestedBy) {

    static Point of(RestorePoint entry) {
      return new Point(
          entry.name().value(),
          entry.at(),
          entry.position().lsn().toString(),
          entry.position().timeline(),
          entry.requestedBy());
    }
  }

  @Override
  public Integer call() {
    try (Places opened = places.open(console);
        VaultReader vault = VaultReader.open(opened.together(), places.trustedSigners(console))) {
      SourceId source =
          places.theSource(vault, opened.all().getFirst(), "see 'holdfast restore-point --help'");
      print(
          new Report(
              source,
              RestorePoints.in(vault.outline(source)).points().reversed().stream()
                  .map(Point::of)
                  .toList()));
    }
    return ExitCode.OK.code();
  }

  private void print(Report report) {
    if (places.common.json) {
      console.out().println(Json.write(report));
      return;
    }
    if (report.points().isEmpty()) {
      console
          .out()
          .println(
              "source "
                  + report.source()
                  + " has no restore point; 'holdfast restore-point create' makes one");
      return;
    }
    String row = "%-32s %-28s %-20s %8s  %s%n";
    console.out().printf(Locale.ROOT, row, "name", "at", "LSN", "timeline", "by");
    report
        .points()
        .forEach(
            point ->
                console
                    .out()
                    .printf(
                        Locale.ROOT,
                        row,
                        point.name(),
                        point.at(),
                        point.lsn(),
                        point.timeline(),
                        point.requestedBy()));
  }
}
