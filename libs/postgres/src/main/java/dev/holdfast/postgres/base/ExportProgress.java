/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/** Adds up what the copying threads do, and tells the listener. */
final class ExportProgress {

  private final BaseProgress.Listener listener;
  private final int tables;
  private final long sourceBytes;
  private final AtomicIntegerArray openTasks;
  private final AtomicInteger tablesDone = new AtomicInteger();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong copiedBytes = new AtomicLong();
  private final AtomicLong sourceBytesDone = new AtomicLong();

  ExportProgress(BaseProgress.Listener listener, int tables, List<CopyTask> tasks) {
    this.listener = listener;
    this.tables = tables;
    this.sourceBytes = tasks.stream().mapToLong(CopyTask::bytes).sum();
    this.openTasks = new AtomicIntegerArray(tables);
    tasks.forEach(t -> openTasks.incrementAndGet(t.table()));
  }

  void copied(long moreRows, long moreBytes) {
    rows.addAndGet(moreRows);
    copiedBytes.addAndGet(moreBytes);
    tell();
  }

  void finished(CopyTask task) {
    sourceBytesDone.addAndGet(task.bytes());
    if (openTasks.decrementAndGet(task.table()) == 0) {
      tablesDone.incrementAndGet();
    }
    tell();
  }

  private void tell() {
    listener.progress(
        new BaseProgress(
            tables,
            tablesDone.get(),
            rows.get(),
            copiedBytes.get(),
            sourceBytesDone.get(),
            sourceBytes));
  }
}
