/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.Holdfast.Context;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.cli.VaultPlaces.Places;
import dev.holdfast.vault.AbandonedUploads;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.store.PartUploads.Upload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists and aborts uploads that nobody completed. */
@Command(
    name = "uploads",
    header = "Lists uploads in parts that nobody completed, and aborts them.",
    description = {
      "A process that is killed while it uploads a large object leaves parts that are stored and paid",
      "for, and belong to no object. Workers and the replication service abort theirs after a day.",
      ""
    })
@SuppressWarnings("NullAway.Init")
final class VaultUploadsCommand implements Callable<Integer> {

  static final Set<ExitCode> EXITS =
      EnumSet.of(
          ExitCode.NOT_RUNNING,
          ExitCode.NOT_READY,
          ExitCode.UNKNOWN,
          ExitCode.STORAGE_UNAVAILABLE,
          ExitCode.STORAGE_DENIED);

  @Mixin VaultPlaces places;

  @Option(names = "--abort", description = "Abort them; what they hold is dropped.")
  boolean abort;

  @Option(
      names = "--older-than",
      paramLabel = "<duration>",
      converter = Durations.class,
      defaultValue = "24h",
      description =
          "Only uploads begun so long ago (default: ${DEFAULT-VALUE}). A younger one may be under way.")
  Duration olderThan;

  private final Console console;

  VaultUploadsCommand(Context context) {
    this.console = context.console();
  }

  /** One upload in JSON output. */
  record UploadView(String region, String key, String id, Instant begunAt, boolean aborted) {}

  @Override
  public Integer call() {
    List<UploadView> views = new ArrayList<>();
    try (Places opened = places.open(console)) {
      for (Place place : opened.all()) {
        List<Upload> found =
            AbandonedUploads.find(
                place.store(),
                places.source == null ? "" : VaultLayout.sourcePrefix(places.source),
                console.clock().instant().minus(olderThan));
        if (abort) {
          AbandonedUploads.abort(place.store(), found);
        }
        found.forEach(
            upload ->
                views.add(
                    new UploadView(
                        place.name(), upload.key().value(), upload.id(), upload.begunAt(), abort)));
      }
    }
    if (places.common.json) {
      console.out().println(Json.write(Map.of("uploads", views)));
    } else if (views.isEmpty()) {
      console.out().println("no upload is older than " + Durations.text(olderThan));
    } else {
      views.forEach(
          view ->
              console
                  .out()
                  .println(
                      view.region
                          + "  "
                          + view.begunAt
                          + "  "
                          + view.key
                          + (view.aborted ? "  aborted" : "")));
    }
    return ExitCode.OK.code();
  }
}
