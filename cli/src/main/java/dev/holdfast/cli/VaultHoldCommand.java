/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.lock.LegalHold;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Places a legal hold, or releases it. */
abstract sealed class VaultHoldCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS = VaultPlaces.exitsAnd(ExitCode.NO_LOCK, ExitCode.HELD);

  @Command(
      name = "hold",
      header = "Places a legal hold on everything that a vault holds now.",
      description = {
        "Nothing of the source can be deleted until the hold is released, whatever its lock says.",
        "What is written afterwards is not held: run it again. Needs Object Lock in the bucket.",
        ""
      })
  static final class Hold extends VaultHoldCommand {
    Hold(Context context) {
      super(context, true);
    }
  }

  @Command(
      name = "release",
      header = "Releases a legal hold.",
      description = {
        "Locks that end by themselves stay as they are. Refused while a legal hold of 'legal-hold place'",
        "is in force: this would let go of what it needs.",
        ""
      })
  static final class Release extends VaultHoldCommand {
    Release(Context context) {
      super(context, false);
    }
  }

  @Mixin
  @SuppressWarnings("NullAway.Init")
  VaultPlaces places;

  private final Console console;
  private final boolean hold;

  @SuppressWarnings("NullAway.Init")
  private VaultHoldCommand(Context context, boolean hold) {
    this.console = context.console();
    this.hold = hold;
  }

  /** One region in JSON output. */
  record View(String region, boolean objectLock, long looked, long changed) {}

  @Override
  public Integer call() {
    List<View> views = new ArrayList<>();
    try (Places opened = places.open(console);
        Progress progress = new Progress(console)) {
      if (!hold) {
        requireNothingNamed(opened);
      }
      for (Place place : opened.all()) {
        LegalHold work = new LegalHold(place.store(), java.util.Optional.ofNullable(places.source));
        views.add(
            switch (work.set(
                hold, done -> progress.show(place.name() + ": " + done + " objects", 0, 0))) {
              case LegalHold.Outcome.Done done ->
                  new View(place.name(), true, done.looked(), done.changed());
              case LegalHold.Outcome.NoLock none -> new View(place.name(), false, 0, 0);
            });
      }
    }
    if (places.common.json) {
      console.out().println(Json.write(Map.of("regions", views)));
    } else {
      views.forEach(
          view ->
              console
                  .out()
                  .println(
                      view.region
                          + "  "
                          + (view.objectLock
                              ? view.changed
                                  + " of "
                                  + view.looked
                                  + " objects "
                                  + (hold ? "held" : "released")
                              : "has no Object Lock: nothing can be held there")));
    }
    return views.stream().allMatch(View::objectLock) ? ExitCode.OK.code() : ExitCode.NO_LOCK.code();
  }

  /** Before anything is let go of in any place. */
  private void requireNothingNamed(Places opened) {
    for (Place place : opened.all()) {
      try (VaultReader vault = VaultReader.open(place.store(), places.trustedSigners(console))) {
        places
            .sources(vault, place)
            .forEach(source -> vault.legalHolds(source).requireNone("nothing was released"));
      }
    }
  }
}
