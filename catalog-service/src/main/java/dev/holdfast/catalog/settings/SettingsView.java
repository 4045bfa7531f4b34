/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.settings;

import dev.holdfast.events.BackupEvent.PolicyPublished;
import dev.holdfast.events.BackupEvent.RefusedPolicy;
import dev.holdfast.service.RegionsConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is followed, as far as this catalog knows.
 *
 * @param rpoSeconds how much work may be lost at most before a source is not called recoverable
 * @param policy empty until the scheduler has told it
 * @param regions as this catalog is configured, the primary one first
 */
public record SettingsView(
    long rpoSeconds, Optional<PolicyView> policy, List<RegionSettings> regions) {

  /**
   * The backup policy in force.
   *
   * @param origin where it came from
   * @param acceptedAt since when it is followed
   * @param refused another one that was to be followed instead, and why it is not
   * @param at when the scheduler said so
   * @param goodUntil after that without a newer word nobody confirms it
   */
  public record PolicyView(
      String origin,
      Instant acceptedAt,
      Optional<RefusedPolicy> refused,
      Instant at,
      Instant goodUntil) {

    static PolicyView of(PolicyPublished told) {
      return new PolicyView(
          told.origin(), told.acceptedAt(), told.refused(), told.at(), told.goodUntil());
    }
  }

  /**
   * A region of the vault.
   *
   * @param url where it is; holds no credentials
   * @param cold an archive: slow or costly to read
   * @param lock how what is put there is protected from deletion; empty: it is not locked
   */
  public record RegionSettings(
      String id, boolean primary, String url, boolean cold, Optional<LockSettings> lock) {

    static RegionSettings of(RegionsConfig.Region region, boolean primary) {
      return new RegionSettings(
          region.id().value(),
          primary,
          region.url(),
          region.cold(),
          region
              .lock()
              .mode()
              .map(
                  mode ->
                      new LockSettings(
                          mode.name().toLowerCase(Locale.ROOT),
                          region.lock().retention().map(Duration::toSeconds))));
    }
  }

  /**
   * Object Lock.
   *
   * @param mode {@code governance} or {@code compliance}
   * @param retentionSeconds how long a recovery point stays restorable, at least
   */
  public record LockSettings(String mode, Optional<Long> retentionSeconds) {}
}
