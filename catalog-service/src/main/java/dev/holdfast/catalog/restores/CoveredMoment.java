/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.catalog.chain.KnownPoint;
import dev.holdfast.events.RecoveryCommand.Moment;
import dev.holdfast.model.Lsn;
import dev.holdfast.service.Problem;
import dev.holdfast.vault.chain.RecoveryRange;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Refuses moments that no restore can bring back, as far as the catalog knows. */
final class CoveredMoment {

  private CoveredMoment() {}

  /**
   * @param ranges what can be restored, of all regions that may be read
   * @param point the restore point that the moment names
   * @throws Problem naming the nearest moments that can be restored
   */
  static void require(List<RecoveryRange> ranges, Moment moment, Optional<KnownPoint> point) {
    if (ranges.isEmpty()) {
      throw Problem.conflict(
              "no-recovery-point",
              "Nothing can be restored yet",
              "no base of the source was verified in a region that may be read")
          .at("source")
          .fix("look at GET /api/v1/recoverability, or name another region");
    }
    moment.toTime().ifPresent(time -> require(ranges, time));
    moment.toLsn().ifPresent(lsn -> require(ranges, "toLsn", lsn, lsn.toString()));
    point.ifPresent(it -> require(ranges, it));
  }

  private static void require(List<RecoveryRange> ranges, Instant time) {
    if (ranges.stream()
        .anyMatch(
            range -> !time.isBefore(range.fromTime()) && !time.isAfter(range.throughTime()))) {
      return;
    }
    Optional<Instant> before =
        ranges.stream()
            .map(RecoveryRange::throughTime)
            .filter(through -> through.isBefore(time))
            .max(Comparator.naturalOrder());
    Optional<Instant> after =
        ranges.stream()
            .map(RecoveryRange::fromTime)
            .filter(from -> from.isAfter(time))
            .min(Comparator.naturalOrder());
    String what = "toTime " + time + " ";
    if (before.isEmpty()) {
      throw refused(
          "before-first-recovery-point",
          "toTime",
          what + "is before the first moment that can be restored, " + after.orElseThrow());
    }
    if (after.isEmpty()) {
      throw refused(
          "target-in-future",
          "toTime",
          what + "is later than the newest moment that was verified, " + before.get());
    }
    throw refused(
        "target-in-hole",
        "toTime",
        what + "lies in a hole: nearest are " + before.get() + " and " + after.get());
  }

  private static void require(List<RecoveryRange> ranges, KnownPoint point) {
    if (point.orphanedAt().isPresent()) {
      throw refused(
          "target-orphaned",
          "toPoint",
          "toPoint '%s' was orphaned by a promotion: timeline %d was left at %s, before it"
              .formatted(point.name(), point.timeline(), point.orphanedAt().get()));
    }
    require(ranges, "toPoint", point.lsn(), "'" + point.name() + "' at " + point.lsn());
  }

  private static void require(List<RecoveryRange> ranges, String field, Lsn lsn, String value) {
    if (ranges.stream()
        .noneMatch(
            range -> !lsn.isBefore(range.from().lsn()) && !lsn.isAfter(range.through().lsn()))) {
      throw refused(
          "target-in-hole", field, field + " " + value + " is in no range that can be restored");
    }
  }

  private static Problem refused(String type, String field, String detail) {
    return Problem.of(422, type, "The moment cannot be restored", detail)
        .at(field)
        .fix("GET /api/v1/sources/{source}/recovery-points lists what can be");
  }
}
