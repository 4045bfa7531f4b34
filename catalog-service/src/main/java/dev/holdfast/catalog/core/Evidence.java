/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.core;

import dev.holdfast.model.RegionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a source that bears on whether it can be recovered.
 *
 * @param capture what its worker does
 * @param regions all that are configured, and others that hold something of it
 * @param openHole the newest hole, while no base snapshot has followed it
 * @param incidents outages that triggers have fired for and that have not cleared
 * @param errors what the last look at the source found to stand in the way of protection
 * @param proof the last proof of content
 * @param vault when the catalog last read the vault
 */
public record Evidence(
    Capture capture,
    List<Region> regions,
    Optional<Hole> openHole,
    List<Incident> incidents,
    List<String> errors,
    Proof proof,
    Vault vault) {

  public Evidence {
    regions = List.copyOf(regions);
    incidents = List.copyOf(incidents);
    errors = List.copyOf(errors);
  }

  /**
   * @param state {@code streaming} is the one that adds recovery points
   * @param since when the worker said so
   */
  public record Capture(String state, String detail, Optional<Instant> since) {
    boolean streams() {
      return state.equals("streaming");
    }
  }

  /**
   * @param coveredAt everything committed before this moment can be restored from there
   * @param whyNot why nothing can
   * @param failure why the newest copy failed, while none has succeeded since
   */
  public record Region(
      RegionId id,
      Optional<Instant> coveredAt,
      Optional<String> whyNot,
      Optional<String> failure) {}

  /** Changes that were not captured. */
  public record Hole(String reason, Instant recordedAt) {}

  /** An outage that a trigger has fired for. */
  public record Incident(String trigger, Optional<Instant> failingSince) {}

  /** How the last proof of content ended. */
  public sealed interface Proof {
    /** There was none yet. */
    record Never() implements Proof {}

    record Proven(Instant readAt) implements Proof {}

    record Differs(String detail, Instant readAt) implements Proof {}

    record NotDone(String detail, Instant readAt) implements Proof {}
  }

  /**
   * @param readAt empty: not yet since the catalog started
   * @param current nothing that is known to be in the vault was missing
   * @param patience how old the last look may get
   */
  public record Vault(Optional<Instant> readAt, boolean current, Duration patience) {
    boolean isCurrent(Instant now) {
      return current && readAt.filter(at -> !at.plus(patience).isBefore(now)).isPresent();
    }
  }
}
