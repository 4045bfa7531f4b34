/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.chain;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ChainIndexer;
import dev.holdfast.vault.chain.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indexes a chain when an hour is over, beside everything else. Sealing never waits for it, and an
 * index that fails is written later: without it a vault only takes longer to open.
 */
public final class ChainIndexing implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ChainIndexing.class);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(5);

  private final ChainIndexer indexer;
  private final SourceId source;
  private final InstantSource clock;

  /** The hour of the newest manifest. */
  private Instant reached = Instant.MIN;

  /** The hour of the newest manifest when indexes were written last. */
  private Instant indexed = Instant.MIN;

  private Instant notBefore = Instant.MIN;
  private @Nullable Thread running;

  public ChainIndexing(ChainIndexer indexer, SourceId source, InstantSource clock) {
    this.indexer = indexer;
    this.source = source;
    this.clock = clock;
  }

  /** Returns at once. */
  public synchronized void appended(Manifest manifest) {
    reached = manifest.at().truncatedTo(ChronoUnit.HOURS);
    boolean atWork = running != null && running.isAlive();
    if (!atWork && isDue()) {
      running = Thread.ofVirtual().name("index-" + source).start(this::catchUp);
    }
  }

  private boolean isDue() {
    return !reached.equals(indexed) && !clock.instant().isBefore(notBefore);
  }

  private void catchUp() {
    for (Optional<Instant> hour = next(); hour.isPresent(); hour = next()) {
      write(hour.get());
    }
  }

  /** The hour to index up to, also one that ended while the one before was indexed. */
  private synchronized Optional<Instant> next() {
    if (isDue()) {
      return Optional.of(reached);
    }
    running = null;
    return Optional.empty();
  }

  private void write(Instant hour) {
    try {
      int written = indexer.catchUp(clock.instant());
      LOG.debug("{} indexes of {} written", written, source);
      synchronized (this) {
        indexed = hour;
      }
    } catch (RuntimeException e) {
      // Whatever it is, capture goes on: an index is a convenience.
      LOG.warn(
          "the chain of {} could not be indexed, which is tried again: {}", source, e.getMessage());
      synchronized (this) {
        if (notBefore.isBefore(Instant.MAX)) {
          notBefore = clock.instant().plus(AFTER_FAILURE);
        }
      }
    }
  }

  /** Gives up what is being written; another start goes on with it. */
  @Override
  public void close() {
    Thread current;
    synchronized (this) {
      notBefore = Instant.MAX;
      current = running;
    }
    if (current != null) {
      current.interrupt();
    }
  }
}
