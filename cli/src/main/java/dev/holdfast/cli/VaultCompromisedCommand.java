/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.DataKeyReach;
import dev.holdfast.vault.VaultReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what a data key that got into wrong hands reaches. */
@Command(
    name = "compromised",
    header = "Says what a data key that got into wrong hands can read.",
    sortOptions = false,
    description = {
      "Names every object that was encrypted under a data key: manifests, objects, bytes, the LSNs and",
      "times of the changes in them, base snapshots, and what of it each region stores. Needs no",
      "private key. 'vault reencrypt' encrypts exactly that anew.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultCompromisedCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = VaultPlaces.EXITS;

  @Option(
      names = "--data-key",
      required = true,
      paramLabel = "<id>",
      description = "The data key, 32 hexadecimal digits: the name of its key object.")
  String dataKey;

  @Mixin VaultPlaces places;

  private final Console console;

  VaultCompromisedCommand(Context context) {
    this.console = context.console();
  }

  /** In JSON output. */
  record ReachView(
      SourceId source,
      String dataKey,
      boolean inUse,
      List<Long> manifests,
      int objects,
      long bytes,
      int notReplaced,
      List<RangeView> ranges,
      Optional<Instant> earliest,
      Optional<Instant> latest,
      List<String> bases,
      List<RegionView> regions) {

    record RangeView(int timeline, String from, String through) {}

    record RegionView(String region, long objects, long bytes) {}

    static ReachView of(DataKeyReach reach, Places places) {
      return new ReachView(
          reach.source(),
          reach.dataKey(),
          reach.inUse(),
          reach.manifests(),
          reach.objects().size(),
          reach.bytes(),
          reach.open().size(),
          reach.ranges().entrySet().stream()
              .map(
                  it ->
                      new RangeView(
                          it.getKey(),
                          it.getValue().from().toString(),
                          it.getValue().through().toString()))
              .toList(),
          reach.earliest(),
          reach.latest(),
          reach.bases(),
          places.all().stream()
              .map(
                  place -> {
                    DataKeyReach.Stored stored = reach.in(place.store());
                    return new RegionView(place.name(), stored.objects(), stored.bytes());
                  })
              .toList());
    }
  }

  @Override
  public Integer call() {
    try (Places opened = places.open(console);
        VaultReader reader = VaultReader.open(opened.together(), places.trustedSigners(console))) {
      List<ReachView> views = new ArrayList<>();
      for (DataKeyReach reach : reaches(reader, opened, places, dataKey)) {
        views.add(ReachView.of(reach, opened));
      }
      if (places.common.json) {
        console.out().println(Json.write(Map.of("sources", views)));
      } else {
        views.forEach(view -> print(view, console));
      }
    }
    return ExitCode.OK.code();
  }

  /** Of every source that the key reaches something of. */
  static List<DataKeyReach> reaches(
      VaultReader reader, Places opened, VaultPlaces places, String dataKey) {
    List<DataKeyReach> reaches = new ArrayList<>();
    for (SourceId source : places.sources(reader, opened.all().getFirst())) {
      DataKeyReach reach = DataKeyReach.of(reader, source, dataKey);
      if (!reach.objects().isEmpty()) {
        reaches.add(reach);
      }
    }
    if (reaches.isEmpty()) {
      throw new CliException(
          ExitCode.UNKNOWN,
          "nothing was encrypted under data key '" + dataKey + "'",
          "its id is the name of a key object, 32 hexadecimal digits: 'holdfast vault ls --objects'"
              + " lists them below keys/");
    }
    return reaches;
  }

  static void print(ReachView view, Console console) {
    var out = console.out();
    out.println("source " + view.source() + ", data key " + view.dataKey());
    out.println(
        "  reaches "
            + view.objects()
            + " objects ("
            + Progress.bytes(view.bytes())
            + ") of "
            + view.manifests().size()
            + " manifests, "
            + view.manifests().getFirst()
            + " to "
            + view.manifests().getLast()
            + "; "
            + view.notReplaced()
            + " of them are not encrypted anew");
    view.ranges()
        .forEach(
            range ->
                out.println(
                    "  changes after "
                        + range.from()
                        + " through "
                        + range.through()
                        + " on timeline "
                        + range.timeline()));
    view.bases().forEach(base -> out.println("  rows of base " + base));
    view.earliest()
        .ifPresent(at -> out.println("  from " + at + " to " + view.latest().orElse(at)));
    view.regions()
        .forEach(
            region ->
                out.println(
                    "  "
                        + region.region()
                        + " stores "
                        + region.objects()
                        + " of these objects, "
                        + Progress.bytes(region.bytes())));
    if (view.inUse()) {
      console
          .err()
          .println(
              "warning: the newest objects are encrypted under it, and the worker may go on: run"
                  + " 'holdfast vault rotate' first");
    }
  }
}
