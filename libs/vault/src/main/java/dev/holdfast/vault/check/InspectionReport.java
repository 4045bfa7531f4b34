/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.check.Finding.Severity;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an inspection of one source in one store found.
 *
 * @param head newest good manifest
 * @param manifests how many are good
 * @param keyObjects how many are there
 * @param objects encrypted objects that the chain names, and their bytes
 * @param read what of them was read
 * @param neverRead the oldest object, in the order of the chain, that no run has read and found
 *     good
 * @param findings in their order; at most 10,000 of each severity
 * @param damage how many findings are damage, the ones that are not listed included
 */
public record InspectionReport(
    SourceId source,
    Optional<SourceOutline.Head> head,
    long manifests,
    long keyObjects,
    Amount objects,
    Amount read,
    Duration took,
    Optional<NeverRead> neverRead,
    List<Finding> findings,
    long damage,
    long unchecked,
    long notes) {

  /** So many objects of so many bytes. */
  public record Amount(long objects, long bytes) {}

  /**
   * @param since when the manifest that names it was written
   */
  public record NeverRead(ObjectKey object, long manifest, Instant since) {}

  public long count(Severity severity) {
    return switch (severity) {
      case DAMAGE -> damage;
      case UNCHECKED -> unchecked;
      case NOTE -> notes;
    };
  }
}
