/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.vault.store.StoreException.Reason;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A store that fails as it is told to. */
public final class FlakyObjectStore implements ObjectStore {

  private final ObjectStore store;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger lostAnswers = new AtomicInteger();
  private final AtomicInteger brokenListings = new AtomicInteger();
  private Reason reason = Reason.UNAVAILABLE;
  private int listed;

  public FlakyObjectStore(ObjectStore store) {
    this.store = store;
  }

  /** The next operations fail without doing anything. */
  public void failNext(int operations, Reason why) {
    reason = why;
    failures.set(operations);
  }

  /** The next puts and completed uploads store their object and fail then. */
  public void loseAnswers(int puts) {
    lostAnswers.set(puts);
  }

  /** The next listings fail after {@code objects} objects. */
  public void breakListingsAfter(int objects, int listings) {
    listed = objects;
    brokenListings.set(listings);
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    fail();
    PutOutcome outcome = store.putIfAbsent(key, content);
    loseAnswer();
    return outcome;
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    fail();
    return store.open(key);
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    fail();
    return store.stat(key);
  }

  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    fail();
    boolean broken = brokenListings.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    AtomicInteger left = new AtomicInteger(listed);
    store.list(
        prefix,
        startAfter,
        stat -> {
          if (broken && left.getAndDecrement() == 0) {
            throw new StoreException(Reason.UNAVAILABLE, "the listing broke off", null);
          }
          each.accept(stat);
        });
  }

  @Override
  public void delete(ObjectKey key) {
    fail();
    store.delete(key);
  }

  @Override
  public Optional<InputStream> open(ObjectKey key, long offset) {
    fail();
    return store.open(key, offset);
  }

  @Override
  public Optional<PartUploads> parts() {
    return store.parts().map(parts -> new FlakyPartUploads(parts, this::fail, this::loseAnswer));
  }

  @Override
  public Optional<ObjectLocks> locks() {
    return store.locks();
  }

  @Override
  public String describe() {
    return "flaky " + store.describe();
  }

  @Override
  public void close() {
    store.close();
  }

  private void loseAnswer() {
    if (lostAnswers.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new StoreException(Reason.UNAVAILABLE, "the answer was lost", null);
    }
  }

  private void fail() {
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new StoreException(reason, "told to fail", null);
    }
  }
}
