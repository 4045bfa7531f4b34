/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.standalone.LocalStack;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.StoreException;
import dev.holdfast.vault.store.VaultUrl;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks into one region's bucket all the time and notes when each manifest was seen there: what a
 * restore from that region alone could count on.
 */
public final class RegionWatch implements AutoCloseable {

  private static final SourceId MAIN = new SourceId("main");
  private static final long PAUSE_MILLIS = 100;

  /** A moment at which everything up to {@code through} was seen to be in the region. */
  public record Seen(Instant at, int timeline, Lsn through) {}

  private final String region;
  private final ObjectStore store;
  private final VaultReader reader;
  private final Thread thread;
  private final List<Seen> seen = new ArrayList<>();
  private final List<ChainEntry> entries = new ArrayList<>();
  private volatile boolean stopped;
  private volatile String lastError = "nothing was seen yet";

  private RegionWatch(String region, ObjectStore store, VaultReader reader) {
    this.region = region;
    this.store = store;
    this.reader = reader;
    this.thread = Thread.ofPlatform().name("watch-" + region).daemon().unstarted(this::look);
  }

  public static RegionWatch start(LocalStack stack, String region) {
    var store =
        ObjectStores.open(
            VaultUrl.parse(stack.vaultUrl(region)),
            Optional.of(new StoreCredentials(stack.accessKey(region), stack.secretKey(region))));
    var watch =
        new RegionWatch(
            region, store, VaultReader.of(store, Identity.read(stack.identity()).trustedSigners()));
    watch.thread.start();
    return watch;
  }

  public String region() {
    return region;
  }

  /** When everything up to {@code lsn} was first seen in the region. */
  public synchronized Optional<Instant> durableAt(Lsn lsn, int timeline) {
    return seen.stream()
        .filter(it -> it.timeline == timeline && !it.through.isBefore(lsn))
        .map(Seen::at)
        .findFirst();
  }

  /** What the chain says, oldest first. */
  public synchronized List<ChainEntry> entries() {
    return List.copyOf(entries);
  }

  /** What is known, or why nothing is. */
  public synchronized String describe() {
    return region + ": " + (seen.isEmpty() ? lastError : "complete through " + seen.getLast());
  }

  private void look() {
    long after = 0;
    while (!stopped) {
      try {
        for (Manifest manifest : reader.chain(MAIN, after)) {
          after = manifest.number();
          note(manifest.entry(), Instant.now());
        }
      } catch (VaultException | StoreException e) {
        // A region that has just been created, or is being emptied.
        lastError = String.valueOf(e.getMessage());
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private synchronized void note(ChainEntry entry, Instant at) {
    entries.add(entry);
    if (entry instanceof ChainEntry.SegmentSealed segment) {
      seen.add(new Seen(at, segment.timeline(), segment.through()));
    }
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }
}
