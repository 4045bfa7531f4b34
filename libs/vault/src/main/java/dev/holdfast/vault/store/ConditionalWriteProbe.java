/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.vault.store.ObjectStore.PutOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Proves what a chain rests on: of two writers that put one name at the same moment, a store
 * accepts exactly one, and keeps that one's bytes. Writes small objects below {@code .probe/},
 * which belong to no vault, and deletes them again where it may.
 */
public final class ConditionalWriteProbe {

  /** Prefix of the probe's objects. */
  public static final String PREFIX = ".probe/";

  private static final int ROUNDS = 8;
  private static final int WRITERS = 2;

  private final ObjectStore store;

  /** What was found. */
  public sealed interface Finding {

    /**
     * Every round had one winner.
     *
     * @param parts whether uploads in parts honour it too; empty where the store has none. Bodies
     *     have random names, so a vault is safe without it.
     * @param locks whether the place has Object Lock; empty where the store knows none
     * @param left objects of the probe that could not be deleted
     */
    record Honoured(int rounds, Optional<Boolean> parts, Optional<Boolean> locks, int left)
        implements Finding {}

    /** A vault there could lose a manifest to a second writer. */
    record Violated(String how) implements Finding {}
  }

  public ConditionalWriteProbe(ObjectStore store) {
    this.store = store;
  }

  /**
   * Takes about thirty requests.
   *
   * @throws StoreException when the store does not answer or refuses to be written to
   */
  public Finding run() {
    String run = PREFIX + UUID.randomUUID() + "/";
    List<ObjectKey> written = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      ObjectKey key = new ObjectKey(run + round);
      written.add(key);
      Optional<String> violation = round(key);
      if (violation.isPresent()) {
        delete(written);
        return new Finding.Violated(violation.get());
      }
    }
    Optional<Boolean> parts =
        store.parts().map(uploads -> honoursParts(uploads, written.getFirst()));
    Optional<Boolean> locks = store.locks().map(ObjectLocks::enabled);
    return new Finding.Honoured(ROUNDS, parts, locks, delete(written));
  }

  private Optional<String> round(ObjectKey key) {
    List<PutOutcome> outcomes = together(key);
    long winners = outcomes.stream().filter(PutOutcome.CREATED::equals).count();
    if (winners > 1) {
      return Optional.of("two writers of one name at the same moment both succeeded");
    }
    int stored = read(key);
    // None: both answers were lost and repeated; then one of the two has stored it all the same.
    if (winners == 1 && stored != outcomes.indexOf(PutOutcome.CREATED)) {
      return Optional.of("the store kept the bytes of the writer whom it refused");
    }
    if (store.putIfAbsent(key, content(WRITERS)) == PutOutcome.CREATED || read(key) != stored) {
      return Optional.of("an object was overwritten although If-None-Match forbade it");
    }
    return Optional.empty();
  }

  private List<PutOutcome> together(ObjectKey key) {
    CyclicBarrier start = new CyclicBarrier(WRITERS);
    List<Future<PutOutcome>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < WRITERS; writer++) {
        Content content = content(writer);
        Callable<PutOutcome> write =
            () -> {
              start.await();
              return store.putIfAbsent(key, content);
            };
        running.add(threads.submit(write));
      }
    }
    List<PutOutcome> outcomes = new ArrayList<>();
    try {
      for (Future<PutOutcome> each : running) {
        outcomes.add(each.get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Reason.UNAVAILABLE, "interrupted", e);
    }
    return outcomes;
  }

  private static boolean honoursParts(PartUploads uploads, ObjectKey existing) {
    PartUploads.Upload upload = uploads.begin(existing);
    PartUploads.Part part = uploads.put(upload, 1, content(WRITERS));
    boolean honoured = uploads.complete(upload, List.of(part)) == PutOutcome.EXISTS;
    if (honoured) {
      try {
        uploads.abort(upload);
      } catch (StoreException e) {
        // Without that right the part stays until a rule of the bucket takes it away.
        if (e.reason() != StoreException.Reason.DENIED) {
          throw e;
        }
      }
    }
    return honoured;
  }

  private int read(ObjectKey key) {
    Optional<InputStream> found = store.open(key);
    if (found.isEmpty()) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE,
          key + " in " + store.describe() + " is not there right after it was written",
          null);
    }
    try (InputStream in = found.get()) {
      return Integer.parseInt(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE, "cannot read " + key + " in " + store.describe(), e);
    }
  }

  /** How many are left; whoever writes backups may have no right to delete. */
  private int delete(List<ObjectKey> keys) {
    int left = 0;
    for (ObjectKey key : keys) {
      try {
        store.delete(key);
      } catch (StoreException e) {
        if (e.reason() != StoreException.Reason.DENIED) {
          throw e;
        }
        left++;
      }
    }
    return left;
  }

  private static Content content(int writer) {
    return Content.of(Integer.toString(writer).getBytes(StandardCharsets.US_ASCII));
  }
}
