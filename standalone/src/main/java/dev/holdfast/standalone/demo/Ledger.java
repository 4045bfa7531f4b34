/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a workload knows about its own transactions, kept apart from the database: an append-only
 * file, forced to disk line by line. {@code I tx} is written before a transaction begins, {@code C
 * tx xid micros} after its commit was acknowledged.
 */
public final class Ledger implements AutoCloseable {

  /** A transaction whose commit the database acknowledged. */
  public record Commit(long tx, long xid, Instant at) {}

  private final FileChannel file;
  private final Map<Long, Commit> commits = new TreeMap<>();
  private long next;

  public Ledger(Path path) {
    try {
      file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes that a transaction is about to be tried, and names it. */
  public synchronized long intend() {
    long tx = ++next;
    append("I " + tx);
    return tx;
  }

  public synchronized void committed(long tx, long xid, Instant at) {
    append("C " + tx + " " + xid + " " + (at.getEpochSecond() * 1_000_000 + at.getNano() / 1000));
    commits.put(tx, new Commit(tx, xid, at));
  }

  /** Every acknowledged commit so far, by transaction. */
  public synchronized Map<Long, Commit> commits() {
    return Map.copyOf(commits);
  }

  public synchronized int size() {
    return commits.size();
  }

  private void append(String line) {
    var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
