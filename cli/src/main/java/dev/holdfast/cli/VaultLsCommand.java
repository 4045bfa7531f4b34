/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.check.ObjectPage;
import dev.holdfast.vault.check.SourceOutline;
import dev.holdfast.vault.check.StoredTotals;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what vaults hold. */
@Command(
    name = "ls",
    header = "Says what each region's vault holds.",
    description = {
      "Says, per region and source, what the vault holds: newest manifest, epochs, base snapshots,",
      "segments, key objects, holes, and how much is stored. The chain is verified while it is read.",
      "With --objects it lists the stored objects themselves.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultLsCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = VaultPlaces.EXITS;

  @Mixin VaultPlaces places;

  @Option(
      names = "--newest",
      paramLabel = "<number>",
      defaultValue = "" + Long.MAX_VALUE,
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "Read only so many manifests, from the end; default: the whole chain.")
  long newest;

  @Option(names = "--objects", description = "List objects, in order of their keys.")
  boolean objects;

  @Option(
      names = "--after",
      paramLabel = "<key>",
      description = "With --objects: only keys that sort after this one.")
  @Nullable String after;

  @Option(
      names = "--limit",
      paramLabel = "<number>",
      defaultValue = "1000",
      description = "With --objects: at most so many per region (default: ${DEFAULT-VALUE}).")
  int limit;

  private final Console console;

  VaultLsCommand(Context context) {
    this.console = context.console();
  }

  /** One region in JSON output. */
  record RegionView(String region, String place, List<SourceOutline> sources) {}

  /** One region's objects in JSON output. */
  record ObjectsView(String region, String place, List<ObjectStore.Stat> objects, boolean more) {}

  @Override
  public Integer call() {
    require(newest > 0, "--newest " + newest + " must be at least 1");
    require(limit > 0, "--limit " + limit + " must be at least 1");
    require(objects || after == null, "--after is for --objects");
    try (Places opened = places.open(console)) {
      if (objects) {
        List<ObjectsView> views = opened.all().stream().map(this::objectsOf).toList();
        print(views, this::printObjects);
      } else {
        List<RegionView> views = opened.all().stream().map(this::outline).toList();
        print(views, this::printRegion);
      }
    }
    return ExitCode.OK.code();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new CliException(ExitCode.USAGE, otherwise, "see 'holdfast vault ls --help'");
    }
  }

  private <T> void print(List<T> views, java.util.function.Consumer<T> each) {
    if (places.common.json) {
      console.out().println(Json.write(java.util.Map.of("regions", views)));
    } else {
      views.forEach(each);
    }
  }

  private RegionView outline(Place place) {
    try (VaultReader vault = VaultReader.open(place.store(), places.trustedSigners(console));
        Progress progress = new Progress(console)) {
      List<SourceOutline> outlines = new ArrayList<>();
      for (var source : places.sources(vault, place)) {
        progress.show("reading " + source + " in " + place.name(), 0, 0);
        outlines.add(SourceOutline.of(place.store(), vault, source, newest));
      }
      return new RegionView(place.name(), place.store().describe(), outlines);
    }
  }

  private ObjectsView objectsOf(Place place) {
    String prefix = places.source == null ? "" : VaultLayout.sourcePrefix(places.source);
    ObjectPage page =
        ObjectPage.of(
            place.store(), prefix, Optional.ofNullable(after).map(VaultLsCommand::key), limit);
    return new ObjectsView(place.name(), place.store().describe(), page.objects(), page.more());
  }

  private static ObjectKey key(String text) {
    try {
      return new ObjectKey(text);
    } catch (IllegalArgumentException e) {
      throw new CliException(
          ExitCode.USAGE, "--after: " + e.getMessage(), "give the last key of the list before");
    }
  }

  private void printObjects(ObjectsView view) {
    console.out().println(view.region() + "  " + view.place());
    view.objects()
        .forEach(stat -> console.out().printf(Locale.ROOT, "%14d  %s%n", stat.size(), stat.key()));
    if (view.more()) {
      console.out().println("  more follows: --after " + view.objects().getLast().key());
    }
  }

  private void printRegion(RegionView view) {
    console.out().println(view.region() + "  " + view.place());
    if (view.sources().isEmpty()) {
      console.out().println("  no source");
    }
    view.sources().forEach(this::printSource);
  }

  private void printSource(SourceOutline outline) {
    var out = console.out();
    out.println("  source " + outline.source());
    outline
        .head()
        .ifPresent(
            head ->
                out.println(
                    "    newest manifest "
                        + head.number()
                        + " of "
                        + head.at()
                        + ", "
                        + age(Duration.between(head.at(), console.clock().instant()))
                        + " old, sha256 "
                        + head.sha256()));
    if (outline.firstRead() > 1) {
      out.println("    from manifest " + outline.firstRead() + " on:");
    }
    outline
        .epochs()
        .forEach(
            each ->
                out.println(
                    "    epoch "
                        + each.epoch()
                        + " since "
                        + each.at()
                        + ", from "
                        + each.start().lsn()
                        + " on timeline "
                        + each.start().timeline()));
    outline
        .bases()
        .forEach(
            each ->
                out.println(
                    "    base "
                        + each.base()
                        + " at "
                        + each.position().lsn()
                        + " of "
                        + each.snapshotAt()
                        + ": "
                        + each.tables()
                        + " tables, "
                        + each.rows()
                        + " rows, "
                        + each.objects()
                        + " objects, "
                        + Progress.bytes(each.bytes())));
    outline
        .definitions()
        .forEach(
            each ->
                out.println(
                    "    definitions changed at "
                        + each.position().lsn()
                        + " of "
                        + each.at()
                        + (each.recorded() ? ", recorded" : "")));
    outline
        .tableBases()
        .forEach(
            each ->
                out.println(
                    "    table base "
                        + each.base()
                        + " at "
                        + each.position().lsn()
                        + " of "
                        + each.snapshotAt()
                        + ": tables "
                        + each.tables()
                        + ", "
                        + each.rows()
                        + " rows, "
                        + Progress.bytes(each.bytes())));
    outline
        .points()
        .forEach(
            each ->
                out.println(
                    "    restore point "
                        + each.name()
                        + " at "
                        + each.position().lsn()
                        + " of "
                        + each.at()));
    SourceOutline.Segments segments = outline.segments();
    out.println(
        "    segments: "
            + segments.segments()
            + ", "
            + segments.transactions()
            + " transactions, "
            + segments.changes()
            + " changes, "
            + Progress.bytes(segments.bytes())
            + segments.coveredAt().map(at -> ", all before " + at).orElse(""));
    outline
        .switches()
        .forEach(
            each ->
                out.println(
                    "    promotion to timeline " + each.toTimeline() + " seen at " + each.at()));
    outline
        .holes()
        .forEach(
            each ->
                out.println(
                    "    hole after "
                        + each.after().lsn()
                        + " of "
                        + each.at()
                        + ": "
                        + each.reason()));
    printStored(outline.stored());
  }

  private void printStored(StoredTotals stored) {
    console
        .out()
        .println(
            "    stored: "
                + stored.objects()
                + " objects, "
                + Progress.bytes(stored.bytes())
                + " ("
                + stored.chain().objects()
                + " manifests, "
                + stored.keys().objects()
                + " key objects, "
                + stored.data().objects()
                + " encrypted objects"
                + (stored.other().objects() == 0 ? "" : ", " + stored.other().objects() + " others")
                + ")");
  }

  private static String age(Duration age) {
    return Durations.text(age.isNegative() ? Duration.ZERO : age);
  }
}
