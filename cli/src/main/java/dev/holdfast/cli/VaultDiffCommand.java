/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.check.InspectionReport.Amount;
import dev.holdfast.vault.check.VaultDiff;
import dev.holdfast.vault.check.VaultDiff.Difference.OnlyFirst;
import dev.holdfast.vault.check.VaultDiff.Difference.OnlySecond;
import dev.holdfast.vault.check.VaultDiff.Difference.Unlike;
import dev.holdfast.vault.crypto.SigningKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what one region has that another has not, or has differently. */
@Command(
    name = "diff",
    header = "Says what one region's vault has that another's has not, or has differently.",
    description = {
      "Compares the listings of two regions by name and size, and how far their chains go. With",
      "--read-data objects of equal size are read in both and compared. A copy that is on its way",
      "has less, which is no fault; an object that both have differently is.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultDiffCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = VaultPlaces.EXITS;

  @Parameters(index = "0", paramLabel = "<region>", description = "A region's id, or a vault url.")
  String first;

  @Parameters(index = "1", paramLabel = "<region>", description = "Another one.")
  String second;

  @Option(
      names = "--read-data",
      description = "Read objects of equal size and compare their bytes.")
  boolean readData;

  @Mixin VaultPlaces places;

  private final Console console;

  VaultDiffCommand(Context context) {
    this.console = context.console();
  }

  /** In JSON output. */
  record DiffView(
      String first,
      String second,
      List<HeadsView> heads,
      List<ObjectView> onlyFirst,
      List<ObjectView> onlySecond,
      List<UnlikeView> unlike,
      long onlyFirstCount,
      long onlySecondCount,
      long unlikeCount,
      Amount same) {}

  /** How far two chains go; empty where there is none, or its head is damaged. */
  record HeadsView(SourceId source, Optional<HeadView> first, Optional<HeadView> second) {}

  /** A newest manifest. */
  record HeadView(long number, String sha256) {}

  /** An object that one has. */
  record ObjectView(String key, long size) {}

  /** An object that both have. */
  record UnlikeView(
      String key,
      long firstSize,
      long secondSize,
      Optional<String> firstSha256,
      Optional<String> secondSha256) {}

  @Override
  public Integer call() {
    if (places.vaults != null || places.regions != null) {
      throw new CliException(
          ExitCode.USAGE,
          "--vault and --region are not for diff",
          "name the two regions or vault urls themselves");
    }
    Set<SigningKey.Public> trusted = places.trustedSigners(console);
    try (Place one = places.open(first, console);
        Place two = places.open(second, console);
        Progress progress = new Progress(console)) {
      List<HeadsView> heads = heads(one, two, trusted);
      String prefix = places.source == null ? "" : VaultLayout.sourcePrefix(places.source);
      VaultDiff diff =
          VaultDiff.of(
              one.store(),
              two.store(),
              prefix,
              readData,
              (done, total) -> progress.show("comparing bytes", 0, 0));
      progress.close();
      DiffView view = view(one, two, heads, diff);
      if (places.common.json) {
        console.out().println(Json.write(view));
      } else {
        print(view);
      }
      return (diff.unlike() == 0 ? ExitCode.OK : ExitCode.DAMAGED).code();
    }
  }

  private List<HeadsView> heads(Place one, Place two, Set<SigningKey.Public> trusted) {
    try (VaultReader ofOne = VaultReader.open(one.store(), trusted);
        VaultReader ofTwo = VaultReader.open(two.store(), trusted)) {
      TreeSet<SourceId> sources = new TreeSet<>(ofOne.sources());
      sources.addAll(ofTwo.sources());
      List<HeadsView> heads = new ArrayList<>();
      for (SourceId source : sources) {
        if (places.source == null || places.source.equals(source)) {
          heads.add(new HeadsView(source, head(ofOne, source), head(ofTwo, source)));
        }
      }
      if (heads.isEmpty() && places.source != null) {
        throw new CliException(
            ExitCode.UNKNOWN,
            "neither has a source '" + places.source + "'",
            sources.isEmpty() ? "both are empty" : "they have " + sources);
      }
      return heads;
    }
  }

  private static Optional<HeadView> head(VaultReader vault, SourceId source) {
    long number = vault.head(source);
    try {
      return number == 0
          ? Optional.empty()
          : Optional.of(new HeadView(number, vault.manifestHash(source, number)));
    } catch (VaultException damaged) {
      return Optional.empty(); // 'vault check' says how; here it is a difference
    }
  }

  private static DiffView view(Place one, Place two, List<HeadsView> heads, VaultDiff diff) {
    List<ObjectView> onlyFirst = new ArrayList<>();
    List<ObjectView> onlySecond = new ArrayList<>();
    List<UnlikeView> unlike = new ArrayList<>();
    for (VaultDiff.Difference each : diff.differences()) {
      switch (each) {
        case OnlyFirst only -> onlyFirst.add(new ObjectView(only.key().value(), only.size()));
        case OnlySecond only -> onlySecond.add(new ObjectView(only.key().value(), only.size()));
        case Unlike both ->
            unlike.add(
                new UnlikeView(
                    both.key().value(),
                    both.firstSize(),
                    both.secondSize(),
                    both.firstBytes(),
                    both.secondBytes()));
      }
    }
    return new DiffView(
        one.name(),
        two.name(),
        heads,
        onlyFirst,
        onlySecond,
        unlike,
        diff.onlyFirst(),
        diff.onlySecond(),
        diff.unlike(),
        diff.same());
  }

  private void print(DiffView view) {
    var out = console.out();
    for (HeadsView heads : view.heads) {
      out.println("source " + heads.source);
      out.println("  " + view.first + ": " + words(heads.first));
      out.println("  " + view.second + ": " + words(heads.second));
    }
    out.println(
        "equal by "
            + (readData ? "bytes" : "name and size")
            + ": "
            + view.same.objects()
            + " objects, "
            + Progress.bytes(view.same.bytes()));
    out.println("only in " + view.first + ": " + view.onlyFirstCount);
    view.onlyFirst.forEach(each -> out.println("  " + each.key + "  " + each.size));
    out.println("only in " + view.second + ": " + view.onlySecondCount);
    view.onlySecond.forEach(each -> out.println("  " + each.key + "  " + each.size));
    out.println("different: " + view.unlikeCount);
    view.unlike.forEach(
        each ->
            out.println(
                "  "
                    + each.key
                    + "  "
                    + (each.firstSize == each.secondSize
                        ? "other bytes"
                        : each.firstSize + " and " + each.secondSize + " bytes")));
    if (view.unlikeCount > 0) {
      out.println(
          "HINT: 'holdfast vault check --read-data' says which of the two is damaged;"
              + " 'holdfast vault repair-from <the good one> --replace-damaged' replaces it");
    }
  }

  private static String words(Optional<HeadView> head) {
    return head.map(each -> "manifest " + each.number + ", sha256 " + each.sha256)
        .orElse("no good newest manifest");
  }
}
