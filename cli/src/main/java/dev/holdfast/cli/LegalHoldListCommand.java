/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.HoldRecord;
import dev.holdfast.vault.HoldRelease;
import dev.holdfast.vault.LegalHolds;
import dev.holdfast.vault.RecordedHolds;
import dev.holdfast.vault.RecordedHolds.Hold;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.DryRunObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The legal holds of a source, from the vault. */
@Command(
    name = "list",
    header = "The legal holds of a source, released ones too.",
    description = {
      "Lists a source's legal holds, newest first, from the signed records in the vault: no service and no",
      "private key is needed. --verify looks at every object that a hold in force needs, in every region.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class LegalHoldListCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = VaultPlaces.exitsAnd(ExitCode.HOLD_FAILED);

  @Mixin VaultPlaces places;

  @Option(
      names = "--verify",
      description = "Look at every object that is to be held, in every region; changes nothing.")
  boolean verify;

  private final Console console;

  LegalHoldListCommand(Context context) {
    this.console = context.console();
  }

  /**
   * The command's JSON.
   *
   * @param unreadable documents of holds that are damaged, newer, or signed by nobody trusted
   */
  record Report(SourceId source, List<Listed> holds, List<String> unreadable) {}

  /**
   * A hold.
   *
   * @param through what is held of the chain: manifests 1 to this one
   * @param regions what --verify found; empty without it, and for released holds
   */
  record Listed(
      String hold,
      String name,
      boolean active,
      String reason,
      String placedBy,
      Instant placedAt,
      String target,
      String lsn,
      int timeline,
      long through,
      Optional<Ended> released,
      List<Found> regions) {}

  /** How a hold ended. */
  record Ended(String by, Instant at, String reason) {
    static Ended of(HoldRelease release) {
      return new Ended(release.releasedBy(), release.at(), release.releaseReason().value());
    }
  }

  /**
   * What is held in a region.
   *
   * @param unheld objects that are there and not held
   * @param missing objects that are not there
   */
  record Found(
      String region,
      long held,
      long unheld,
      long missing,
      List<String> names,
      Optional<String> problem) {

    static Found of(LegalHolds.InRegion region) {
      return new Found(
          region.region(),
          region.already(),
          region.changed(),
          region.failed(),
          region.names(),
          region.problem());
    }

    boolean good() {
      return unheld == 0 && missing == 0 && problem.isEmpty();
    }
  }

  @Override
  public Integer call() {
    Set<SigningKey.Public> trusted = places.trustedSigners(console);
    try (Places opened = places.open(console);
        VaultReader vault = VaultReader.open(opened.together(), trusted)) {
      SourceId source =
          places.theSource(vault, opened.all().getFirst(), "see 'holdfast legal-hold --help'");
      RecordedHolds recorded = vault.legalHolds(source);
      try (LegalHolds looking = new LegalHolds(dry(opened), trusted, console.clock())) {
        Report report =
            new Report(
                source,
                recorded.all().stream().map(hold -> listed(hold, looking)).toList(),
                recorded.unreadable().stream().map(ObjectKey::value).toList());
        print(report);
        boolean good =
            report.unreadable().isEmpty()
                && report.holds().stream()
                    .flatMap(it -> it.regions().stream())
                    .allMatch(Found::good);
        return (good ? ExitCode.OK : ExitCode.HOLD_FAILED).code();
      }
    }
  }

  private static Map<String, ObjectStore> dry(Places opened) {
    Map<String, ObjectStore> dry = new LinkedHashMap<>();
    opened.all().forEach(it -> dry.put(it.name(), new DryRunObjectStore(it.store(), _ -> {})));
    return dry;
  }

  private Listed listed(Hold hold, LegalHolds looking) {
    HoldRecord placed = hold.placed();
    return new Listed(
        placed.hold().value(),
        placed.name().value(),
        hold.active(),
        placed.reason().value(),
        placed.requestedBy(),
        placed.at(),
        placed.target(),
        placed.scope().position().lsn().toString(),
        placed.scope().position().timeline(),
        placed.scope().through(),
        hold.released().map(Ended::of),
        verify && hold.active()
            ? looking.keep(placed).regions().stream().map(Found::of).toList()
            : List.of());
  }

  private void print(Report report) {
    if (places.common.json) {
      console.out().println(Json.write(report));
      return;
    }
    if (report.holds().isEmpty() && report.unreadable().isEmpty()) {
      console
          .out()
          .println(
              "source "
                  + report.source()
                  + " has no legal hold; 'holdfast legal-hold place' places one");
    }
    report.holds().forEach(this::print);
    report
        .unreadable()
        .forEach(it -> console.out().println(it + " cannot be read; what it holds is not known"));
  }

  private void print(Listed hold) {
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s  %s  on %s (LSN %s, timeline %d)%n  placed %s by %s: %s%n",
            hold.active() ? "IN FORCE" : "released",
            hold.name(),
            hold.target(),
            hold.lsn(),
            hold.timeline(),
            hold.placedAt(),
            hold.placedBy(),
            hold.reason());
    hold.released()
        .ifPresent(
            end ->
                console
                    .out()
                    .printf(
                        Locale.ROOT,
                        "  released %s by %s: %s%n",
                        end.at(),
                        end.by(),
                        end.reason()));
    for (Found region : hold.regions()) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "  %s  %d objects held, %d not held, %d not there%s%n",
              region.region(),
              region.held(),
              region.unheld(),
              region.missing(),
              region.problem().map(problem -> ": " + problem).orElse(""));
    }
  }
}
