/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.VaultCheckView.RegionView;
import dev.holdfast.cli.VaultCheckView.SourceView;
import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.check.Anchor;
import dev.holdfast.vault.check.CheckRecord;
import dev.holdfast.vault.check.Finding;
import dev.holdfast.vault.check.InspectionReport;
import dev.holdfast.vault.check.Part;
import dev.holdfast.vault.check.ReadData;
import dev.holdfast.vault.check.SourceOutline;
import dev.holdfast.vault.check.VaultInspection;
import dev.holdfast.vault.check.Verified;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Checks regions side by side, a few at once; one that cannot be read holds up no other. */
final class RegionChecks {

  private static final int AT_ONCE = 4;

  /** What others know, so that a chain whose end was cut off is found. */
  record Known(Anchors anchors, CheckRecord before, Optional<JsonNode> catalog) {}

  private final Console console;
  private final List<Place> places;
  private final Set<SigningKey.Public> trusted;
  private final Optional<SourceId> only;
  private final ReadData depth;
  private final Optional<Part> part;
  private final Known known;
  private final Optional<Path> record;
  private final int atOnce;

  /**
   * @param only the source that is checked; empty: all
   * @param part of the data that is read, as {@code depth} says
   * @param record where it is kept what was verified
   */
  RegionChecks(
      Console console,
      List<Place> places,
      Set<SigningKey.Public> trusted,
      Optional<SourceId> only,
      ReadData depth,
      Optional<Part> part,
      Known known,
      Optional<Path> record) {
    this.console = console;
    this.places = List.copyOf(places);
    this.trusted = trusted;
    this.only = only;
    this.depth = depth;
    this.part = part;
    this.known = known;
    this.record = record;
    this.atOnce = Math.clamp(places.size(), 1, AT_ONCE);
  }

  /** In the order of the places, whichever is done first. */
  List<RegionView> run() {
    String what = places.size() == 1 ? places.getFirst().name() : places.size() + " regions";
    try (CheckProgress progress = new CheckProgress(console, "checking " + what);
        ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
      List<Future<RegionView>> running = new ArrayList<>();
      for (Place place : places) {
        running.add(threads.submit(() -> check(place, progress)));
      }
      List<RegionView> views = new ArrayList<>();
      try {
        for (Future<RegionView> each : running) {
          views.add(each.get());
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while vaults were checked", e);
      }
      return views;
    }
  }

  private RegionView check(Place place, CheckProgress progress) {
    List<SourceView> sources = new ArrayList<>();
    Optional<Finding> marker = Optional.empty();
    Optional<Boolean> objectLock = Optional.empty();
    try {
      objectLock = objectLock(place, progress);
      marker = VaultInspection.marker(place.store());
      for (SourceId source : sources(place)) {
        sources.add(check(place, source, progress));
      }
      return RegionView.of(place, objectLock, marker, sources, Optional.empty());
    } catch (StoreException | VaultException e) {
      return RegionView.of(place, objectLock, marker, sources, Optional.of(Failure.of(e)));
    }
  }

  private SourceView check(Place place, SourceId source, CheckProgress progress) {
    List<Anchor> anchors = known.anchors.of(place, source, places, known.catalog);
    Verified verified =
        known
            .before
            .entry(place.store().describe(), source)
            .map(CheckRecord.Entry::verified)
            .orElse(Verified.NOTHING);
    InspectionReport report =
        VaultInspection.inspect(
            place.store(),
            trusted,
            source,
            depth,
            anchors,
            verified,
            atOnce,
            (done, total) -> progress.at(place.name(), source, done, total));
    Instant now = console.clock().instant();
    Verified after = after(verified, report, now);
    record.ifPresent(file -> save(file, place, report, after, now));
    return SourceView.of(report, anchors, after);
  }

  /** Whether objects can be locked there; empty when these credentials may not ask. */
  private static Optional<Boolean> objectLock(Place place, CheckProgress progress) {
    try {
      return Optional.of(place.store().locks().map(ObjectLocks::enabled).orElse(false));
    } catch (StoreException e) {
      if (e.reason() != StoreException.Reason.DENIED) {
        throw e;
      }
      progress.say("whether objects are locked is not known: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** What anybody knows: a source whose whole chain was deleted is missed as well. */
  private Set<SourceId> sources(Place place) {
    TreeSet<SourceId> sources = new TreeSet<>(known.before.sources(place.store().describe()));
    sources.addAll(known.anchors.sources());
    for (Place each : places) {
      try (VaultReader vault = VaultReader.of(each.store(), trusted)) {
        sources.addAll(vault.sources());
      } catch (StoreException e) {
        if (each == place) {
          throw e;
        }
        // its own check tells
      }
    }
    if (only.isEmpty()) {
      return sources;
    }
    if (!sources.contains(only.get())) {
      throw new CliException(
          ExitCode.UNKNOWN,
          "there is no source '" + only.get() + "' in " + place.store().describe(),
          sources.isEmpty() ? "the vault holds no source at all" : "it holds " + sources);
    }
    return Set.of(only.get());
  }

  private Verified after(Verified before, InspectionReport report, Instant now) {
    if (part.isEmpty() || report.damage() > 0 || report.unchecked() > 0) {
      return before;
    }
    return report
        .head()
        .map(head -> before.with(new Verified.Read(part.get(), head.number(), now)))
        .orElse(before);
  }

  /**
   * Another check may have written meanwhile: only this place and source are replaced. One region
   * after the other: each reads what the one before wrote.
   */
  private synchronized void save(
      Path file, Place place, InspectionReport report, Verified after, Instant now) {
    try {
      CheckRecord latest = CheckRecord.load(file).record();
      String name = place.store().describe();
      // A head that went back must be told by every later check as well, until it is back.
      Optional<SourceOutline.Head> head =
          latest
              .entry(name, report.source())
              .flatMap(CheckRecord.Entry::head)
              .filter(
                  old ->
                      report.damage() > 0
                          || report.head().map(seen -> seen.number() < old.number()).orElse(true))
              .or(report::head);
      latest.with(new CheckRecord.Entry(name, report.source(), now, head, after)).save(file);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.UNEXPECTED,
          "cannot write the record " + file + ": " + e,
          "name another file with --record");
    }
  }
}
