/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Small blocking reads side by side: a chain is thousands of them, each mostly waiting. */
public final class InParallel {

  private static final int AT_ONCE = 16;

  private InParallel() {}

  /** Results in the order of {@code inputs}; the first failure in that order is thrown. */
  public static <A, B> List<B> map(List<A> inputs, Function<A, B> work) {
    if (inputs.size() < 4) {
      return inputs.stream().map(work).toList();
    }
    Semaphore places = new Semaphore(AT_ONCE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<B>> running = new ArrayList<>(inputs.size());
      for (A input : inputs) {
        Callable<B> task =
            () -> {
              places.acquire();
              try {
                return work.apply(input);
              } finally {
                places.release();
              }
            };
        running.add(threads.submit(task));
      }
      List<B> results = new ArrayList<>(inputs.size());
      try {
        for (Future<B> each : running) {
          results.add(each.get());
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while reading a chain", e);
      }
      return results;
    }
  }
}
