/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.fencing;

import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ForwardingObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One writer's way to a store, on which it can be stopped in the middle of a put. */
final class PausingObjectStore extends ForwardingObjectStore {

  /** Where a put is stopped, once. */
  enum Point {
    BEFORE_KEY_OBJECT("/keys/", true),
    AFTER_KEY_OBJECT("/keys/", false),
    BEFORE_BODY("/data/", true),
    AFTER_BODY("/data/", false),
    BEFORE_MANIFEST("/chain/", true),
    /** The store has stored it, the writer has no answer yet. */
    AFTER_MANIFEST("/chain/", false);

    private final String part;
    private final boolean before;

    Point(String part, boolean before) {
      this.part = part;
      this.before = before;
    }
  }

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private @Nullable Point point;

  /** The put of the next manifest: 0 goes well, 1 does not arrive, 2 arrives without an answer. */
  private int lose;

  PausingObjectStore(ObjectStore store) {
    super(store);
  }

  /** The next put that comes by {@code at} waits there for {@link #release}. */
  void pauseAt(Point at) {
    point = at;
  }

  /** Returns once a put waits. */
  void awaitPause() throws InterruptedException {
    if (!reached.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("no put came by " + point);
    }
  }

  void release() {
    released.countDown();
  }

  /** The next manifest never reaches the store. */
  void loseNextManifest() {
    lose = 1;
  }

  /** The next manifest is stored, and its answer lost. */
  void loseNextAnswer() {
    lose = 2;
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    int losing = key.value().contains("/chain/") ? lose : 0;
    if (losing > 0) {
      lose = 0;
    }
    pass(key, true);
    if (losing == 1) {
      throw lost("the request was lost");
    }
    PutOutcome outcome = super.putIfAbsent(key, content);
    pass(key, false);
    if (losing == 2) {
      throw lost("the answer was lost");
    }
    return outcome;
  }

  private void pass(ObjectKey key, boolean before) {
    Point at = point;
    if (at == null || at.before != before || !key.value().contains(at.part)) {
      return;
    }
    point = null;
    reached.countDown();
    try {
      if (!released.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody released the put of " + key);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw lost("interrupted");
    }
  }

  private static StoreException lost(String what) {
    return new StoreException(StoreException.Reason.UNAVAILABLE, what, null);
  }
}
