/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.core;

import dev.holdfast.catalog.core.Evidence.Region;
import dev.holdfast.catalog.core.Recoverability.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Decides from what is known whether a source can be recovered right now. */
public final class RecoverabilityRules {

  private RecoverabilityRules() {}

  /**
   * @param objective how much may be lost at most
   */
  public static Recoverability decide(Evidence known, Duration objective, Instant now) {
    Optional<Region> best =
        known.regions().stream()
            .filter(region -> region.coveredAt().isPresent())
            .max(Comparator.comparing(region -> region.coveredAt().orElseThrow()));
    List<Reason> reasons = new ArrayList<>();
    points(best, objective, now).ifPresent(reasons::add);
    vault(known, now).ifPresent(reasons::add);
    proof(known.proof()).ifPresent(reasons::add);
    known.incidents().forEach(each -> reasons.add(incident(each)));
    known.openHole().map(RecoverabilityRules::hole).ifPresent(reasons::add);
    capture(known.capture()).ifPresent(reasons::add);
    regions(known.regions(), best, objective, now, reasons);
    known.errors().forEach(text -> reasons.add(reason(ReasonCode.FINDING, text)));
    reasons.sort(Comparator.comparing((Reason each) -> each.code().verdict()).reversed());
    return new Recoverability(
        reasons.stream().map(each -> each.code().verdict()).reduce(Verdict.YES, Verdict::worse),
        reasons,
        best.map(Region::id),
        best.flatMap(Region::coveredAt),
        best.flatMap(Region::coveredAt).map(at -> at.plus(objective)));
  }

  private static Optional<Reason> points(Optional<Region> best, Duration objective, Instant now) {
    if (best.isEmpty()) {
      return Optional.of(
          reason(
              ReasonCode.NOTHING_VERIFIED,
              "no region holds a complete, verified base snapshot: nothing can be restored"));
    }
    Instant coveredAt = best.get().coveredAt().orElseThrow();
    return late(coveredAt, objective, now)
        ? Optional.of(
            new Reason(
                ReasonCode.OBJECTIVE_MISSED,
                "a recovery now would lose %s (from %s, the best region); the objective is %s"
                    .formatted(
                        Spoken.of(Duration.between(coveredAt, now)),
                        best.get().id(),
                        Spoken.of(objective)),
                Optional.of(coveredAt.plus(objective))))
        : Optional.empty();
  }

  private static Optional<Reason> vault(Evidence known, Instant now) {
    return known.vault().isCurrent(now)
        ? Optional.empty()
        : Optional.of(
            new Reason(
                ReasonCode.CATALOG_BEHIND,
                known.vault().readAt().isPresent()
                    ? "the catalog could not read the vault to its end: what it says may be old"
                    : "the catalog has not read the vault yet",
                known.vault().readAt()));
  }

  private static Optional<Reason> proof(Evidence.Proof proof) {
    return switch (proof) {
      case Evidence.Proof.Proven ignored -> Optional.empty();
      case Evidence.Proof.Never ignored ->
          Optional.of(
              reason(
                  ReasonCode.NEVER_PROVEN,
                  "what the vault holds was not compared with the source yet"));
      case Evidence.Proof.Differs it ->
          Optional.of(
              new Reason(
                  ReasonCode.CONTENT_DIFFERS,
                  "the vault does not hold what the source held: " + it.detail(),
                  Optional.of(it.readAt())));
      case Evidence.Proof.NotDone it ->
          Optional.of(
              new Reason(
                  ReasonCode.PROOF_NOT_DONE,
                  "the last proof of content could not be made: " + it.detail(),
                  Optional.of(it.readAt())));
    };
  }

  private static Reason incident(Evidence.Incident incident) {
    return new Reason(
        ReasonCode.INCIDENT_OPEN,
        "trigger %s has fired and has not cleared".formatted(incident.trigger()),
        incident.failingSince());
  }

  private static Reason hole(Evidence.Hole hole) {
    return new Reason(
        ReasonCode.HOLE_OPEN,
        "changes are not captured until the next base snapshot: " + hole.reason(),
        Optional.of(hole.recordedAt()));
  }

  private static Optional<Reason> capture(Evidence.Capture capture) {
    return capture.streams()
        ? Optional.empty()
        : Optional.of(
            new Reason(
                ReasonCode.NOT_STREAMING,
                capture.detail().isBlank()
                    ? "capture is " + capture.state()
                    : "capture is %s: %s".formatted(capture.state(), capture.detail()),
                capture.since()));
  }

  private static void regions(
      List<Region> regions,
      Optional<Region> best,
      Duration objective,
      Instant now,
      List<Reason> reasons) {
    for (Region region : regions) {
      boolean isBest = best.filter(region::equals).isPresent();
      if (best.isPresent() && !isBest) {
        behind(region, objective, now).ifPresent(reasons::add);
      }
      region
          .failure()
          .ifPresent(
              failure ->
                  reasons.add(
                      reason(
                          ReasonCode.COPIES_FAIL,
                          "copies to %s fail: %s".formatted(region.id(), failure))));
    }
  }

  private static Optional<Reason> behind(Region region, Duration objective, Instant now) {
    if (region.coveredAt().isEmpty()) {
      return Optional.of(
          reason(
              ReasonCode.REGION_BEHIND,
              region.whyNot().orElse("nothing can be restored from " + region.id())));
    }
    Instant coveredAt = region.coveredAt().get();
    return late(coveredAt, objective, now)
        ? Optional.of(
            new Reason(
                ReasonCode.REGION_BEHIND,
                "%s would lose %s if it were all that is left"
                    .formatted(region.id(), Spoken.of(Duration.between(coveredAt, now))),
                Optional.of(coveredAt.plus(objective))))
        : Optional.empty();
  }

  private static boolean late(Instant coveredAt, Duration objective, Instant now) {
    return coveredAt.plus(objective).isBefore(now);
  }

  private static Reason reason(ReasonCode code, String text) {
    return new Reason(code, text, Optional.empty());
  }
}
