/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Blocking reads side by side, so many at once; who hands in more waits, so that memory is bounded.
 * The first failure ends it. To be used by one thread.
 */
final class Parallel implements AutoCloseable {

  private final int most;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CompletionService<Boolean> running = new ExecutorCompletionService<>(threads);
  private int pending;

  Parallel(int most) {
    this.most = most;
  }

  void run(Runnable task) {
    while (pending >= most) {
      awaitOne();
    }
    Future<Boolean> unused = running.submit(task, true);
    pending++;
  }

  void runAll(List<? extends Runnable> tasks) {
    tasks.forEach(this::run);
    await();
  }

  /** Returns when all are done. */
  void await() {
    while (pending > 0) {
      awaitOne();
    }
  }

  private void awaitOne() {
    try {
      Future<Boolean> done = running.take();
      pending--;
      done.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a vault was checked", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
