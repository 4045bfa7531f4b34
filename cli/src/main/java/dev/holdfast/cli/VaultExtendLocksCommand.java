/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.lock.LockExtension;
import dev.holdfast.vault.store.DryRunObjectStore;
import dev.holdfast.vault.store.LockSettings;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectStore;
import java.time.Duration;
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

/** Makes locks longer where recovery points need it. */
@Command(
    name = "extend-locks",
    header = "Makes the locks of objects longer that recovery points still need.",
    description = {
      "Every recovery point of the last --retention has to stay restorable for --retention after it",
      "was made, however old the base is that it builds on. Objects that this needs are locked until",
      "then; no lock is made shorter. The replication service does the same by itself where a region",
      "has lock.mode.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultExtendLocksCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = VaultPlaces.exitsAnd(ExitCode.NO_LOCK);

  @Mixin VaultPlaces places;

  @Option(
      names = "--retention",
      paramLabel = "<days>",
      required = true,
      description = "How many days a recovery point stays restorable, at least.")
  int retention;

  @Option(
      names = "--mode",
      paramLabel = "<mode>",
      defaultValue = "governance",
      description =
          "Of objects without a lock: governance or compliance (default: ${DEFAULT-VALUE}). Locks that"
              + " are there keep their mode.")
  ObjectLocks.Mode mode;

  @Option(names = "--dry-run", description = "Say what would be locked, change nothing.")
  boolean dryRun;

  private final Console console;

  VaultExtendLocksCommand(Context context) {
    this.console = context.console();
  }

  /**
   * One source in one region in JSON output.
   *
   * @param extended objects whose lock was, or with --dry-run would be, made longer
   * @param until the newest recovery point stays restorable until then
   */
  record View(
      String region,
      String source,
      boolean objectLock,
      long looked,
      long extended,
      long missing,
      Optional<Instant> until,
      boolean dryRun) {}

  @Override
  public Integer call() {
    if (retention < 1) {
      throw new CliException(
          ExitCode.USAGE,
          "--retention " + retention + " must be at least 1 day",
          "see 'holdfast vault extend-locks --help'");
    }
    LockSettings settings = new LockSettings(mode, Duration.ofDays(retention), Map.of());
    List<View> views = new ArrayList<>();
    try (Places opened = places.open(console);
        Progress progress = new Progress(console)) {
      for (Place place : opened.all()) {
        VaultReader vault = VaultReader.open(place.store(), places.trustedSigners(console));
        for (SourceId source : places.sources(vault, place)) {
          progress.show("locking " + source + " in " + place.name(), 0, 0);
          views.add(view(place, source, vault, settings));
        }
      }
    }
    if (places.common.json) {
      console.out().println(Json.write(Map.of("sources", views)));
    } else {
      views.forEach(this::print);
    }
    return views.stream().allMatch(View::objectLock) ? ExitCode.OK.code() : ExitCode.NO_LOCK.code();
  }

  private View view(Place place, SourceId source, VaultReader vault, LockSettings settings) {
    ObjectStore store = dryRun ? new DryRunObjectStore(place.store(), change -> {}) : place.store();
    LockExtension extension = new LockExtension(store, source, settings);
    extension.learn(vault);
    return switch (extension.extend(vault, console.clock().instant())) {
      case LockExtension.Outcome.Done done ->
          new View(
              place.name(),
              source.value(),
              true,
              done.looked(),
              done.extended(),
              done.missing(),
              done.until(),
              dryRun);
      case LockExtension.Outcome.NoLock none ->
          new View(place.name(), source.value(), false, 0, 0, 0, Optional.empty(), dryRun);
    };
  }

  private void print(View view) {
    console
        .out()
        .println(
            view.region
                + "  "
                + view.source
                + "  "
                + (view.objectLock
                    ? view.extended
                        + " of "
                        + view.looked
                        + (view.dryRun ? " locks would be" : " locks")
                        + " made longer"
                        + (view.missing > 0 ? ", " + view.missing + " objects are not there" : "")
                        + view.until
                            .map(until -> "; restorable until " + until)
                            .orElse("; no recovery point is in the window")
                    : "has no Object Lock: nothing in it is protected from deletion"));
  }
}
