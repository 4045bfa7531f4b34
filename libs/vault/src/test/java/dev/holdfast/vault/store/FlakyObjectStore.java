/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.vault.store.StoreException.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A store that fails as it is told to. */
public final class FlakyObjectStore extends ForwardingObjectStore {

  private final ObjectStore store;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger lostAnswers = new AtomicInteger();
  private final AtomicInteger brokenListings = new AtomicInteger();
  private final AtomicInteger brokenReads = new AtomicInteger();
  private int readable;
  private Reason reason = Reason.UNAVAILABLE;
  private int listed;

  public FlakyObjectStore(ObjectStore store) {
    super(store);
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

  /** The next streams break after {@code bytes} bytes. */
  public void breakReadsAfter(int bytes, int reads) {
    readable = bytes;
    brokenReads.set(reads);
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
    return store.open(key).map(this::breaking);
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
    return store.open(key, offset).map(this::breaking);
  }

  @Override
  public Optional<PartUploads> parts() {
    return store.parts().map(parts -> new FlakyPartUploads(parts, this::fail, this::loseAnswer));
  }

  @Override
  public String describe() {
    return "flaky " + store.describe();
  }

  private InputStream breaking(InputStream in) {
    if (brokenReads.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
      return in;
    }
    int[] left = {readable};
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left[0] == 0) {
          throw new IOException("the line is cut");
        }
        int read = super.read(bytes, offset, Math.min(length, left[0]));
        left[0] -= Math.max(0, read);
        return read;
      }
    };
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
