/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.holds;

import dev.holdfast.events.BackupEvent.HeldRegion;
import dev.holdfast.events.BackupEvent.LegalHoldPlaced;
import dev.holdfast.events.BackupEvent.LegalHoldReleased;
import dev.holdfast.events.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A legal hold.
 *
 * @param status requested, in-force, released, or failed: it was never placed
 * @param pending what a worker was asked for and has not answered: place or release
 * @param lsn where a restore to the moment ends
 * @param complete whether all objects were held, or released, in every region, when that was told
 *     last; false while nothing was told
 * @param regions what was told last of each region; empty when the vault alone told of the hold
 * @param toldAt when that was
 * @param error what the last request was refused for
 */
public record HoldView(
    String hold,
    String source,
    String name,
    String reason,
    String target,
    String status,
    Optional<String> pending,
    String requestedBy,
    Instant requestedAt,
    Optional<Instant> placedAt,
    Optional<String> lsn,
    Optional<Integer> timeline,
    Optional<Release> released,
    boolean complete,
    List<OfRegion> regions,
    Optional<Instant> toldAt,
    Optional<String> error) {

  private static final MessageCodec CODEC = new MessageCodec();

  /** How it ended. */
  public record Release(String by, Instant at, String reason) {}

  /**
   * What became of the objects in one region.
   *
   * @param changed objects that were held, or released, by this
   * @param already those that were before
   * @param failed those that are not there
   * @param names of these, ten at most
   * @param problem why not all were gone through
   */
  public record OfRegion(
      String region,
      long changed,
      long already,
      long failed,
      List<String> names,
      Optional<String> problem) {

    static OfRegion of(HeldRegion told) {
      return new OfRegion(
          told.region().value(),
          told.changed(),
          told.already(),
          told.failed(),
          told.names(),
          told.problem());
    }

    boolean complete() {
      return failed == 0 && problem.isEmpty();
    }
  }

  static HoldView of(HoldRow row) {
    List<OfRegion> regions = regions(row).stream().map(OfRegion::of).toList();
    return new HoldView(
        row.id,
        row.source,
        row.name,
        row.reason,
        row.target,
        row.status,
        Optional.ofNullable(row.pending),
        row.requestedBy,
        row.requestedAt,
        Optional.ofNullable(row.placedAt),
        Optional.ofNullable(row.lsn),
        Optional.ofNullable(row.timeline),
        released(row),
        !regions.isEmpty() && regions.stream().allMatch(OfRegion::complete),
        regions,
        Optional.ofNullable(row.answeredAt),
        Optional.ofNullable(row.error));
  }

  private static Optional<Release> released(HoldRow row) {
    return row.releasedBy == null || row.releasedAt == null || row.releaseReason == null
        ? Optional.empty()
        : Optional.of(new Release(row.releasedBy, row.releasedAt, row.releaseReason));
  }

  private static List<HeldRegion> regions(HoldRow row) {
    if (row.answer == null || row.answerType == null) {
      return List.of();
    }
    return switch (CODEC.decode(row.answerType, row.answer.getBytes(StandardCharsets.UTF_8))) {
      case LegalHoldPlaced placed -> placed.regions();
      case LegalHoldReleased released -> released.regions();
      default -> throw new IllegalStateException(row.answerType + " tells of no regions");
    };
  }
}
