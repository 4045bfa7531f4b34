/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecordReader;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.Identity;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the vault knows of commits of an old timeline. */
@ApplicationScoped
public class SealedCommits {

  private static final int BATCH = 100;

  private final Vaults vaults;

  SealedCommits(Vaults vaults) {
    this.vaults = vaults;
  }

  /**
   * @param lost commits of the old timeline that end beyond the fork
   * @param newestLost commit time of the newest of them
   * @param safeUntil everything committed before it is at or before the fork, as far as the vault
   *     can tell
   * @param sealedThrough how far the old timeline was sealed
   */
  public record BeyondFork(
      long lost, Optional<Instant> newestLost, Optional<Instant> safeUntil, Lsn sealedThrough) {}

  /** Reads the chain back from its newest manifest, no further than the fork. */
  public BeyondFork beyond(SourceId source, int timeline, Lsn fork) {
    Identity identity = vaults.identity();
    VaultReader vault = vaults.open(Optional.empty(), identity);
    List<SegmentSealed> beyond = new ArrayList<>();
    Optional<Instant> safe = Optional.empty();
    Lsn through = Lsn.NONE;
    long until = vault.head(source);
    while (until > 0 && safe.isEmpty()) {
      long after = Math.max(0, until - BATCH);
      List<Manifest> batch = vault.chain(source, after, Math.toIntExact(until - after));
      for (Manifest manifest : batch.reversed()) {
        if (manifest.entry() instanceof SegmentSealed segment && segment.timeline() == timeline) {
          through = through.max(segment.through());
          if (segment.through().isAfter(fork)) {
            beyond.add(segment);
          } else {
            safe = Optional.of(segment.coveredAt());
            break;
          }
        }
      }
      until = after;
    }
    long lost = 0;
    Optional<Instant> newest = Optional.empty();
    for (SegmentSealed segment : beyond) {
      long inIt = lostIn(segment, fork, vault, identity);
      if (inIt > 0 && newest.isEmpty()) {
        newest = segment.latestTime();
      }
      lost += inIt;
    }
    return new BeyondFork(lost, newest, safe, through);
  }

  private static long lostIn(
      SegmentSealed segment, Lsn fork, VaultReader vault, Identity identity) {
    if (segment.lastCommit().filter(last -> last.end().isAfter(fork)).isEmpty()) {
      return 0;
    }
    if (segment.firstCommit().filter(first -> first.end().isAfter(fork)).isPresent()) {
      return segment.transactions();
    }
    long lost = 0;
    for (ObjectRef body : segment.bodies()) {
      try (ChangeRecordReader reader = new ChangeRecordReader(vault.open(body, identity))) {
        for (ChangeRecord record = reader.next(); record != null; record = reader.next()) {
          if (record instanceof ChangeRecord.Commit commit && commit.endLsn().isAfter(fork)) {
            lost++;
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("reading " + body.key(), e);
      }
    }
    return lost;
  }
}
