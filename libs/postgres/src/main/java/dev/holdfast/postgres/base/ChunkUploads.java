/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.PostgresException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Stores finished chunks while the next ones are being copied; few at once, to bound memory. */
final class ChunkUploads implements AutoCloseable {

  /** Where a chunk belongs: table, range of the table, number within the range. */
  private record Upload(int table, int range, int number, Future<BaseIndex.Chunk> stored) {}

  private final ExecutorService threads;
  private final Semaphore room;
  private final List<Upload> uploads = new ArrayList<>();

  ChunkUploads(int atOnce) {
    this.threads =
        Executors.newFixedThreadPool(
            atOnce, Thread.ofPlatform().daemon().name("holdfast-upload-", 1).factory());
    this.room = new Semaphore(atOnce);
  }

  /** Takes the chunk over; waits while too many are under way. */
  void store(CopyTask task, int number, ChunkSink.Chunk chunk, long rows) {
    try {
      room.acquire();
    } catch (InterruptedException e) {
      chunk.close();
      Thread.currentThread().interrupt();
      throw new PostgresException(
          PostgresException.Reason.FAILED, null, "the base snapshot was interrupted", "", e);
    }
    Future<BaseIndex.Chunk> stored =
        threads.submit(
            () -> {
              try (chunk) {
                return new BaseIndex.Chunk(chunk.finish(), rows);
              } finally {
                room.release();
              }
            });
    synchronized (uploads) {
      uploads.add(new Upload(task.table(), task.range(), number, stored));
    }
  }

  /** Waits for all chunks and puts them in order. */
  List<BaseIndex.Table> await(List<SourceTable> tables)
      throws ExecutionException, InterruptedException {
    List<Upload> all;
    synchronized (uploads) {
      all = new ArrayList<>(uploads);
    }
    all.sort(
        Comparator.comparingInt(Upload::table)
            .thenComparingInt(Upload::range)
            .thenComparingInt(Upload::number));
    List<List<BaseIndex.Chunk>> chunks = new ArrayList<>();
    tables.forEach(_ -> chunks.add(new ArrayList<>()));
    for (Upload upload : all) {
      chunks.get(upload.table()).add(upload.stored().get());
    }
    List<BaseIndex.Table> result = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      SourceTable table = tables.get(i);
      result.add(
          new BaseIndex.Table(
              table.oid(),
              table.schema(),
              table.name(),
              table.identity(),
              table.columns().stream()
                  .map(
                      c ->
                          new BaseIndex.Column(
                              c.number(), c.name(), c.typeOid(), c.type(), c.key()))
                  .toList(),
              chunks.get(i),
              chunks.get(i).stream().mapToLong(BaseIndex.Chunk::rows).sum()));
    }
    return result;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
