/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.cli.VaultPlaces.Place;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.check.Anchor;
import dev.holdfast.vault.check.Finding;
import dev.holdfast.vault.check.Finding.Severity;
import dev.holdfast.vault.check.InspectionReport;
import dev.holdfast.vault.check.InspectionReport.Amount;
import dev.holdfast.vault.check.InspectionReport.NeverRead;
import dev.holdfast.vault.check.SourceOutline.Head;
import dev.holdfast.vault.check.Tampering;
import dev.holdfast.vault.check.Verified;
import dev.holdfast.vault.crypto.AesGcm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code vault check} prints, and how it ends. */
final class VaultCheckView {

  private final Console console;
  private final Optional<String> record;
  private final List<RegionView> regions = new ArrayList<>();
  private Optional<String> cipher = Optional.empty();

  /**
   * @param record the file in which it is kept what was verified
   */
  VaultCheckView(Console console, Optional<String> record) {
    this.console = console;
    this.record = record;
  }

  /** One region in JSON output. */
  record RegionView(
      String region,
      String place,
      Optional<Boolean> objectLock,
      Optional<Main.ErrorView> error,
      List<FindingView> marker,
      List<SourceView> sources) {

    static RegionView of(
        Place place,
        Optional<Boolean> objectLock,
        Optional<Finding> marker,
        List<SourceView> sources,
        Optional<Failure> failure) {
      return new RegionView(
          place.name(),
          place.store().describe(),
          objectLock,
          failure.map(
              each ->
                  new Main.ErrorView(
                      each.code().wireName(), each.code().code(), each.message(), each.hint())),
          marker.map(FindingView::of).stream().toList(),
          List.copyOf(sources));
    }
  }

  /** One source of it. */
  record SourceView(
      SourceId source,
      Optional<Head> head,
      long manifests,
      long keyObjects,
      Amount objects,
      Amount read,
      double tookSeconds,
      List<String> anchors,
      Optional<NeverRead> neverRead,
      Optional<Instant> readSince,
      long damage,
      long unchecked,
      long notes,
      List<FindingView> findings) {

    static SourceView of(InspectionReport report, List<Anchor> anchors, Verified verified) {
      return new SourceView(
          report.source(),
          report.head(),
          report.manifests(),
          report.keyObjects(),
          report.objects(),
          report.read(),
          report.took().toMillis() / 1000.0,
          anchors.stream().map(each -> each.name() + ": manifest " + each.number()).toList(),
          report.neverRead(),
          report.neverRead().isPresent()
              ? Optional.empty()
              : verified.reads().stream().map(Verified.Read::at).min(Comparator.naturalOrder()),
          report.damage(),
          report.unchecked(),
          report.notes(),
          report.findings().stream().map(FindingView::of).toList());
    }
  }

  /** One finding. */
  record FindingView(
      String severity,
      String finding,
      String object,
      Optional<String> other,
      String detail,
      String hint) {

    static FindingView of(Finding finding) {
      return new FindingView(
          finding.severity().name().toLowerCase(java.util.Locale.ROOT),
          finding.tampering().wireName(),
          finding.object().value(),
          finding.other().map(Object::toString),
          finding.describe().substring(finding.object().value().length() + 1),
          finding.tampering().hint());
    }

    boolean is(Severity wanted) {
      return severity.equals(wanted.name().toLowerCase(java.util.Locale.ROOT));
    }
  }

  /** Objects are decrypted: what does that is told, since it decides how long it takes. */
  void decrypting() {
    cipher = Optional.of("AES-256-GCM by " + AesGcm.describe());
  }

  void add(RegionView region) {
    regions.add(region);
  }

  /** Damage is worse than a region that cannot be read, and that worse than what was not opened. */
  ExitCode exit() {
    if (all().anyMatch(each -> each.is(Severity.DAMAGE))) {
      return ExitCode.DAMAGED;
    }
    for (RegionView region : regions) {
      if (region.error.isPresent()) {
        int code = region.error.get().exit();
        return java.util.Arrays.stream(ExitCode.values())
            .filter(each -> each.code() == code)
            .findFirst()
            .orElse(ExitCode.UNEXPECTED);
      }
    }
    if (all().anyMatch(each -> each.finding.equals(Tampering.LOCKED.wireName()))) {
      return ExitCode.WRONG_KEY;
    }
    return all().anyMatch(each -> each.is(Severity.UNCHECKED)) ? ExitCode.TOO_NEW : ExitCode.OK;
  }

  private java.util.stream.Stream<FindingView> all() {
    return regions.stream()
        .flatMap(
            region ->
                java.util.stream.Stream.concat(
                    region.marker.stream(),
                    region.sources.stream().flatMap(source -> source.findings.stream())));
  }

  void print(boolean json) {
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("regions", regions);
      document.put("record", record);
      document.put("cipher", cipher);
      console.out().println(Json.write(document));
    } else {
      regions.forEach(this::print);
      cipher.ifPresent(what -> console.out().println("decrypted with " + what));
    }
  }

  private void print(RegionView region) {
    console.out().println(region.region + "  " + region.place);
    if (region.error.isEmpty() && !region.objectLock.orElse(true)) {
      console
          .out()
          .println(
              "  warning: nothing is locked here (no Object Lock): whoever has credentials that may"
                  + " delete can delete every backup");
    }
    region.marker.forEach(this::print);
    region.sources.forEach(this::print);
    region.error.ifPresent(
        error -> {
          console.out().println("  not checked: " + error.message());
          console.out().println("    HINT: " + error.hint());
        });
  }

  private void print(SourceView source) {
    var out = console.out();
    out.println(
        "  source "
            + source.source
            + ": "
            + source
                .head
                .map(
                    head ->
                        source.manifests
                            + " manifests, the newest "
                            + head.number()
                            + " of "
                            + head.at()
                            + ", "
                            + age(head.at())
                            + " old")
                .orElse("no manifest"));
    out.println(
        "    "
            + source.keyObjects
            + " key objects, "
            + source.objects.objects()
            + " encrypted objects of "
            + Progress.bytes(source.objects.bytes()));
    if (source.anchors.isEmpty()) {
      out.println("    nothing here proves that there was no newer manifest");
    } else {
      source.anchors.forEach(each -> out.println("    compared with " + each));
    }
    if (source.read.objects() > 0) {
      out.println(
          "    read "
              + source.read.objects()
              + " objects, "
              + Progress.bytes(source.read.bytes())
              + " in "
              + Durations.text(Duration.ofMillis((long) (source.tookSeconds * 1000)))
              + " ("
              + Progress.bytes((long) (source.read.bytes() / Math.max(source.tookSeconds, 0.001)))
              + "/s)");
    }
    source.neverRead.ifPresentOrElse(
        never ->
            out.println(
                "    oldest bytes that were never read: "
                    + never.object()
                    + ", there since "
                    + never.since()
                    + " (manifest "
                    + never.manifest()
                    + ")"),
        () ->
            source.readSince.ifPresent(
                since -> out.println("    all stored bytes were read since " + since)));
    out.println(
        "    damage: "
            + source.damage
            + ", not checked: "
            + source.unchecked
            + ", notes: "
            + source.notes);
    source.findings.forEach(this::print);
    long listed = source.findings.size();
    long all = source.damage + source.unchecked + source.notes;
    if (all > listed) {
      out.println("      and " + (all - listed) + " more");
    }
  }

  private void print(FindingView finding) {
    console
        .out()
        .println("      " + finding.severity + ": " + finding.object + " " + finding.detail);
    if (!finding.is(Severity.NOTE)) {
      console.out().println("        HINT: " + finding.hint);
    }
  }

  private String age(Instant at) {
    Duration age = Duration.between(at, console.clock().instant());
    return Durations.text(age.isNegative() ? Duration.ZERO : age);
  }
}
