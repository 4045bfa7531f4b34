/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.vault.ObjectRef;
import dev.holdfast.worker.chain.StoreRetry;
import dev.holdfast.worker.segment.SegmentBodies.OpenBody;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Stores full bodies beside the stream; a few at a time, so that memory stays bounded while the
 * store is slow or away.
 */
final class BodyUploads {

  private final StoreRetry retry;
  private final Semaphore slots;

  BodyUploads(StoreRetry retry, int atOnce) {
    this.retry = retry;
    this.slots = new Semaphore(atOnce);
  }

  /** A body on its way into the store. */
  static final class Upload {

    private final CompletableFuture<ObjectRef> stored = new CompletableFuture<>();
    private @Nullable Thread thread;

    /** Waits until it is stored. */
    ObjectRef await() throws InterruptedException {
      try {
        return stored.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException("storing a body failed", e.getCause());
      }
    }

    void abandon() {
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  /** Begins to store {@code body}; waits while too many are on their way. */
  Upload start(OpenBody body) throws InterruptedException {
    slots.acquire();
    Upload upload = new Upload();
    upload.thread =
        Thread.ofVirtual()
            .name("store-body")
            .start(
                () -> {
                  try {
                    upload.stored.complete(retry.untilStored("storing a body", body::finish));
                  } catch (InterruptedException e) {
                    body.abandon();
                    upload.stored.completeExceptionally(
                        new IllegalStateException("the body was given up"));
                  } catch (RuntimeException e) {
                    upload.stored.completeExceptionally(e);
                  } finally {
                    slots.release();
                  }
                });
    return upload;
  }
}
