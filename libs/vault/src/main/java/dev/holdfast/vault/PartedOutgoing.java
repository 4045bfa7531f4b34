/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.PartUploads;
import dev.holdfast.vault.store.PartUploads.Part;
import dev.holdfast.vault.store.PartUploads.Upload;
import dev.holdfast.vault.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a large object in parts while it is still being written; a small one as a whole. At most
 * {@link #IN_FLIGHT} parts and the one being written are in memory, so a source is held back when
 * the store is slower. When the store is away, parts wait in temporary files. Written by one
 * thread.
 */
final class PartedOutgoing extends Outgoing {

  private static final Logger LOG = LoggerFactory.getLogger(PartedOutgoing.class);

  static final int PART = 8 * 1024 * 1024;

  /** Also the number of parts that an object may have and still be stored as a whole. */
  static final int IN_FLIGHT = 4;

  /** Beginning of the names of our temporary files. */
  static final String TEMPORARY = "holdfast-" + ProcessHandle.current().pid() + "-";

  /** How long a writer waits for a place before its part goes to disk. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final StoredObjects objects;
  private final PartUploads parts;
  private final ObjectKey key;
  private final Sha256 hash = new Sha256();
  private final List<Piece> pieces = new ArrayList<>();
  private final Semaphore places = new Semaphore(IN_FLIGHT);
  private Chunks current = new Chunks();
  private long length;
  private @Nullable String sha256;
  private boolean inParts;
  private boolean stored;
  private boolean closed;

  /** Guarded by this; begun by the first part that is sent. */
  private @Nullable Upload upload;

  /** A part failed lately: those after it go to disk until this moment of the system's timer. */
  private volatile long awayUntil = System.nanoTime();

  /** One part: waiting, on its way, or stored. Guarded by itself. */
  private static final class Piece {
    final int number;
    @Nullable Content content;
    @Nullable Part part;
    @Nullable Path file;
    @Nullable Thread sending;

    Piece(int number, Content content) {
      this.number = number;
      this.content = content;
    }
  }

  PartedOutgoing(StoredObjects objects, PartUploads parts, ObjectKey key) {
    this.objects = objects;
    this.parts = parts;
    this.key = key;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    if (closed || sha256 != null) {
      throw new IOException("this object was abandoned or is complete");
    }
    hash.update(bytes, offset, count);
    length += count;
    int from = offset;
    int left = count;
    while (left > 0) {
      if (current.length() == PART) {
        full();
      }
      int fits = (int) Math.min(left, PART - current.length());
      current.write(bytes, from, fits);
      from += fits;
      left -= fits;
    }
  }

  @Override
  long length() {
    return length;
  }

  @Override
  String seal() throws IOException {
    String sealed = sha256;
    if (sealed == null) {
      sealed = hash.finish();
      sha256 = sealed;
      if (inParts) {
        full();
      }
    }
    return sealed;
  }

  private void full() throws IOException {
    if (pieces.size() == PartUploads.MOST) {
      throw new IOException(
          key
              + " is larger than "
              + (long) PartUploads.MOST * PART
              + " bytes, which no store takes");
    }
    Piece piece = new Piece(pieces.size() + 1, current);
    pieces.add(piece);
    current = new Chunks();
    if (inParts) {
      send(piece);
    } else if (pieces.size() == IN_FLIGHT) {
      inParts = true;
      for (Piece each : pieces) {
        send(each);
      }
    }
  }

  private void send(Piece piece) throws IOException {
    if (System.nanoTime() - awayUntil < 0 || !place()) {
      spill(piece);
      return;
    }
    synchronized (piece) {
      piece.sending =
          Thread.ofVirtual()
              .name("part-" + piece.number + "-" + key)
              .start(
                  () -> {
                    try {
                      put(piece);
                    } catch (StoreException e) {
                      awayUntil = System.nanoTime() + PATIENCE.toNanos();
                      LOG.warn(
                          "part {} of {} waits on disk: {}", piece.number, key, e.getMessage());
                      keepOnDisk(piece);
                    } finally {
                      places.release();
                    }
                  });
    }
  }

  private boolean place() throws IOException {
    try {
      return places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while writing " + key, e);
    }
  }

  private void put(Piece piece) {
    Content content = piece.content;
    if (content == null) {
      return;
    }
    Part part = parts.put(begun(), piece.number, content);
    piece.part = part;
    piece.content = null;
  }

  private synchronized Upload begun() {
    Upload begun = upload;
    if (begun == null) {
      begun = parts.begin(key);
      upload = begun;
    }
    return begun;
  }

  /** Where even that fails the part stays in memory; the next that has to wait tells the writer. */
  private void keepOnDisk(Piece piece) {
    try {
      spill(piece);
    } catch (IOException e) {
      LOG.warn("part {} of {} stays in memory: {}", piece.number, key, e.toString());
    }
  }

  private static void spill(Piece piece) throws IOException {
    if (piece.content instanceof Chunks inMemory) {
      Path file = Files.createTempFile(TEMPORARY, ".part");
      piece.file = file;
      piece.content = inMemory.spilled(file);
    }
  }

  @Override
  boolean store() throws IOException {
    String sealed = sha256;
    if (sealed == null) {
      throw new IllegalStateException(key + " is still being written");
    }
    if (!inParts) {
      return objects.put(key, whole(), sealed);
    }
    if (stored) {
      return true;
    }
    try {
      for (Piece piece : pieces) {
        settled(piece);
        put(piece);
        drop(piece);
      }
      List<Part> all =
          pieces.stream().map(piece -> java.util.Objects.requireNonNull(piece.part)).toList();
      stored =
          switch (parts.complete(begun(), all)) {
            case CREATED -> true;
            case EXISTS -> objects.holds(key, length, sealed);
          };
      return stored;
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.GONE) {
        throw new VaultException(
            VaultException.Reason.MISSING,
            "the upload of "
                + objects.name(key)
                + " was aborted before it was complete, and what it held is lost: it has to be"
                + " written again",
            e);
      }
      throw e;
    }
  }

  private static void settled(Piece piece) throws IOException {
    Thread sending;
    synchronized (piece) {
      sending = piece.sending;
    }
    if (sending != null) {
      try {
        sending.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while a part was sent", e);
      }
    }
  }

  private Content whole() {
    List<Content> all = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece.content != null) {
        all.add(piece.content);
      }
    }
    all.add(current);
    return new Content() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public InputStream open() throws IOException {
        List<InputStream> streams = new ArrayList<>();
        for (Content each : all) {
          streams.add(each.open());
        }
        return new SequenceInputStream(Collections.enumeration(streams));
      }
    };
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    for (Piece piece : pieces) {
      Thread sending = piece.sending;
      if (sending != null && !stored) {
        sending.interrupt();
      }
    }
    for (Piece piece : pieces) {
      settled(piece);
      piece.content = null;
      drop(piece);
    }
    current = new Chunks();
    if (!stored) {
      giveUp();
    }
  }

  private synchronized void giveUp() {
    Upload begun = upload;
    if (begun == null) {
      return;
    }
    upload = null;
    try {
      parts.abort(begun);
    } catch (StoreException e) {
      // Whoever writes need not have that right; the parts are found and aborted later.
      LOG.warn("the parts of the abandoned {} stay for now: {}", key, e.getMessage());
    }
  }

  private static void drop(Piece piece) throws IOException {
    Path file = piece.file;
    if (file != null) {
      piece.file = null;
      Files.deleteIfExists(file);
    }
  }
}
