/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.verify.RowHasher;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Lets the lines of a base chunk pass to {@code COPY}, hashed and unchanged, but for those that a
 * filter stops.
 */
final class LineMerge implements TableFold.Sink {

  /** Takes bytes in {@code COPY} text format. */
  interface Output {
    void write(byte[] buffer, int offset, int length) throws IOException;
  }

  private static final int BUFFER = 128 << 10;
  private static final byte[] END_OF_LINE = {CopyText.NEWLINE};

  private final Output output;
  private final RowHasher hasher;
  private final byte[] pending = new byte[BUFFER];
  private int pendingSize;

  LineMerge(Output output, RowHasher hasher) {
    this.output = output;
    this.hasher = hasher;
  }

  /**
   * Lets a whole chunk through.
   *
   * @param map how lines become lines of the target
   * @param filter of mapped lines; empty when every line passes
   * @return lines read, kept or not
   */
  long chunk(InputStream in, RowMap map, Optional<TableFold.Filter> filter) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int filled = 0;
    long lines = 0;
    while (true) {
      int read = in.read(buffer, filled, buffer.length - filled);
      if (read < 0) {
        break;
      }
      int scan = filled;
      filled += read;
      int start = 0;
      int keptFrom = 0;
      for (int i = scan; i < filled; i++) {
        if (buffer[i] != CopyText.NEWLINE) {
          continue;
        }
        lines++;
        if (!map.isIdentity()) {
          byte[] mapped = map.line(buffer, start, i);
          if (filter.isEmpty() || filter.get().keep(mapped, 0, mapped.length)) {
            line(mapped);
          }
          keptFrom = i + 1;
        } else if (filter.isEmpty() || filter.get().keep(buffer, start, i)) {
          hasher.line(buffer, start, i - start);
        } else {
          send(buffer, keptFrom, start);
          keptFrom = i + 1;
        }
        start = i + 1;
      }
      send(buffer, keptFrom, start);
      filled -= start;
      System.arraycopy(buffer, start, buffer, 0, filled);
      if (filled == buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
      }
      if (Thread.interrupted()) {
        throw RestoreEngine.interrupted(null);
      }
    }
    if (filled > 0) {
      throw new IOException("the chunk ends inside of a line");
    }
    return lines;
  }

  private void send(byte[] buffer, int from, int to) throws IOException {
    if (to > from) {
      output.write(buffer, from, to - from);
    }
  }

  /** A line of the fold. */
  @Override
  public void line(byte[] line) {
    hasher.line(line, 0, line.length);
    if (pendingSize + line.length + 1 > BUFFER) {
      flush();
      if (line.length + 1 > BUFFER) {
        // A huge row is not copied once more.
        write(line, line.length);
        write(END_OF_LINE, 1);
        return;
      }
    }
    System.arraycopy(line, 0, pending, pendingSize, line.length);
    pendingSize += line.length;
    pending[pendingSize++] = CopyText.NEWLINE;
  }

  /** Sends what {@link #line} has gathered. */
  void flush() {
    write(pending, pendingSize);
    pendingSize = 0;
  }

  private void write(byte[] bytes, int length) {
    try {
      output.write(bytes, 0, length);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
