/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.vault.ObjectKind;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Streams rows from one connection into chunks; used by one thread. */
final class RowCopier {

  private static final int BUFFER = 256 * 1024;

  private final Connection connection;
  private final ChunkSink sink;
  private final long chunkBytes;
  private final byte[] buffer = new byte[BUFFER];
  private int filled;

  private ChunkSink.@Nullable Chunk chunk;
  private long chunkRows;

  /** Not yet told to the progress. */
  private long newRows;

  private long newBytes;

  RowCopier(Connection connection, ChunkSink sink, BaseOptions options) {
    this.connection = connection;
    this.sink = sink;
    this.chunkBytes = options.chunkBytes();
  }

  /** Copies one piece of a table; its chunks end at the ends of rows. */
  void copy(CopyTask task, ChunkUploads uploads, ExportProgress progress)
      throws SQLException, IOException {
    CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(task.sql());
    int number = 0;
    boolean done = false;
    try {
      // The server sends every row as a message of its own ("always one per row").
      for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
        if (row.length > BUFFER - filled) {
          flush(progress);
          if (open().storedBytes() >= chunkBytes) {
            finish(task, number++, uploads);
          }
        }
        if (row.length > BUFFER) {
          open().write(row, 0, row.length);
        } else {
          System.arraycopy(row, 0, buffer, filled, row.length);
          filled += row.length;
        }
        chunkRows++;
        newRows++;
        newBytes += row.length;
      }
      flush(progress);
      if (chunkRows > 0) {
        finish(task, number, uploads);
      }
      done = true;
    } finally {
      if (!done) {
        abandon();
      }
    }
  }

  private ChunkSink.Chunk open() {
    ChunkSink.Chunk open = chunk;
    if (open == null) {
      open = sink.begin(ObjectKind.ROWS);
      chunk = open;
    }
    return open;
  }

  private void flush(ExportProgress progress) throws IOException {
    if (filled > 0) {
      open().write(buffer, 0, filled);
      filled = 0;
    }
    progress.copied(newRows, newBytes);
    newRows = 0;
    newBytes = 0;
  }

  private void finish(CopyTask task, int number, ChunkUploads uploads) {
    ChunkSink.Chunk finished = open();
    long rows = chunkRows;
    chunk = null;
    chunkRows = 0;
    uploads.store(task, number, finished, rows);
  }

  private void abandon() {
    ChunkSink.Chunk abandoned = chunk;
    chunk = null;
    chunkRows = 0;
    filled = 0;
    if (abandoned != null) {
      abandoned.close();
    }
  }
}
