/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.model.HoldId;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.HoldRecord;
import dev.holdfast.vault.LegalHolds;
import dev.holdfast.vault.LegalHolds.InRegion;
import dev.holdfast.vault.RecordedHolds;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Keeps one source's legal holds complete in one region: copies come later than holds, objects are
 * encrypted anew, and somebody may have let go of one behind everybody's back. That it fails is
 * shown, and holds up no copy. Used by one thread at a time; {@link #standing} by any.
 */
final class RegionHolds {

  private static final Logger LOG = Logger.getLogger(RegionHolds.class);

  static final Duration EVERY = Duration.ofHours(1);

  /** One that was complete is looked at again then: each look is a request an object. */
  static final Duration AGAIN = Duration.ofDays(1);

  private final SourceId source;
  private final Region region;
  private final InstantSource clock;
  private Optional<Instant> last = Optional.empty();
  private final Map<HoldId, Instant> complete = new HashMap<>();
  private volatile String standing = "";

  RegionHolds(SourceId source, Region region, InstantSource clock) {
    this.source = source;
    this.region = region;
    this.clock = clock;
  }

  /** For people: what is not held that should be; empty when nothing is. */
  String standing() {
    return standing;
  }

  /**
   * Holds what is not held, once an hour.
   *
   * @param vault reads holds and chain, from any copy
   */
  void keep(VaultReader vault) {
    Instant now = clock.instant();
    if (last.filter(at -> now.isBefore(at.plus(EVERY))).isPresent()) {
      return;
    }
    last = Optional.of(now);
    String before = standing;
    try {
      List<String> troubles = new ArrayList<>();
      RecordedHolds recorded = vault.legalHolds(source);
      recorded.unreadable().forEach(name -> troubles.add(name + " cannot be read"));
      for (RecordedHolds.Hold hold : recorded.active()) {
        keep(vault, hold.placed(), now).ifPresent(troubles::add);
      }
      standing = String.join("; ", troubles);
    } catch (StoreException | VaultException e) {
      standing = "legal holds cannot be kept: " + e.getMessage();
    }
    if (!standing.equals(before) && !standing.isEmpty()) {
      LOG.warnf("source %s in %s: %s", source, region.id(), standing);
    }
  }

  private Optional<String> keep(VaultReader vault, HoldRecord hold, Instant now) {
    Instant done = complete.get(hold.hold());
    if (done != null && now.isBefore(done.plus(AGAIN))) {
      return Optional.empty();
    }
    InRegion kept = LegalHolds.keep(vault, region.id().value(), region.store(), hold);
    if (kept.changed() > 0) {
      LOG.infof(
          "%d objects of source %s in %s are under legal hold '%s' now",
          kept.changed(), source, region.id(), hold.name());
    }
    if (kept.complete()) {
      complete.put(hold.hold(), now);
      return Optional.empty();
    }
    complete.remove(hold.hold());
    return Optional.of(
        "legal hold '"
            + hold.name()
            + "' is not complete: "
            + kept.problem()
                .orElseGet(
                    () ->
                        kept.failed()
                            + " objects are not there, such as "
                            + kept.names().getFirst()));
  }
}
