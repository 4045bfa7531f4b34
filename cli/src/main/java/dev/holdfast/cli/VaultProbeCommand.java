/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.vault.store.ConditionalWriteProbe;
import dev.holdfast.vault.store.ConditionalWriteProbe.Finding;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Proves that stores can hold a vault. */
@Command(
    name = "probe",
    header = "Proves that a store can hold a vault.",
    description = {
      "Lets two writers put one object at the same moment, several times over: a store that accepts",
      "both, or keeps the bytes of the one it refused, cannot hold a vault. Also says whether uploads",
      "in parts and Object Lock are there. Writes small objects below .probe/, which belong to no",
      "vault, and deletes them where it may. No vault has to be there yet.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultProbeCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS =
      EnumSet.of(
          ExitCode.NOT_RUNNING,
          ExitCode.NOT_READY,
          ExitCode.UNKNOWN,
          ExitCode.STORAGE_UNAVAILABLE,
          ExitCode.STORAGE_DENIED,
          ExitCode.DISK_FULL);

  @Mixin VaultPlaces places;

  private final Console console;

  VaultProbeCommand(Context context) {
    this.console = context.console();
  }

  /**
   * One place in JSON output.
   *
   * @param violation why it cannot hold a vault; null when it can
   * @param conditionalParts whether uploads in parts are conditional too; null where it has none
   * @param objectLock null where the store knows none
   * @param left objects below .probe/ that could not be deleted
   */
  record View(
      String region,
      String place,
      boolean suitable,
      Optional<String> violation,
      Optional<Boolean> conditionalParts,
      Optional<Boolean> objectLock,
      int left) {}

  @Override
  public Integer call() {
    List<View> views = new ArrayList<>();
    try (Places opened = places.open(console)) {
      for (Place place : opened.all()) {
        views.add(view(place, new ConditionalWriteProbe(place.store()).run()));
      }
    }
    if (places.common.json) {
      console.out().println(Json.write(Map.of("regions", views)));
    } else {
      views.forEach(this::print);
    }
    return views.stream().allMatch(View::suitable)
        ? ExitCode.OK.code()
        : ExitCode.STORAGE_UNAVAILABLE.code();
  }

  private static View view(Place place, Finding finding) {
    String at = place.store().describe();
    return switch (finding) {
      case Finding.Honoured h ->
          new View(place.name(), at, true, Optional.empty(), h.parts(), h.locks(), h.left());
      case Finding.Violated v ->
          new View(
              place.name(), at, false, Optional.of(v.how()), Optional.empty(), Optional.empty(), 0);
    };
  }

  private void print(View view) {
    var out = console.out();
    out.println(view.region + "  " + view.place);
    if (!view.suitable) {
      out.println("  NOT SUITABLE: " + view.violation.orElseThrow());
      return;
    }
    out.println("  one name has one writer: proven");
    out.println(
        "  uploads in parts: "
            + view.conditionalParts
                .map(yes -> yes ? "conditional too" : "not conditional; names are random, so safe")
                .orElse("none; objects are stored as a whole"));
    out.println(
        "  Object Lock: "
            + view.objectLock.map(on -> on ? "on" : "off for this bucket").orElse("none"));
    if (view.left > 0) {
      out.println("  " + view.left + " objects below .probe/ stay: no right to delete");
    }
  }
}
