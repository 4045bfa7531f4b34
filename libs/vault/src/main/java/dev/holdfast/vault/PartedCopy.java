/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.store.PartUploads;
import dev.holdfast.vault.store.PartUploads.Part;
import dev.holdfast.vault.store.PartUploads.Upload;
import dev.holdfast.vault.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Copies one large object in parts. It becomes visible only when all bytes that were sent have the
 * SHA-256 of the reference. Goes on with the parts that an earlier, broken copy left, as far as
 * they are the same bytes.
 */
final class PartedCopy {

  /** Two parts are sent while the next is read: {@code 3 * PartedOutgoing.PART} bytes in memory. */
  private static final int IN_FLIGHT = 2;

  private final StoredObjects from;
  private final StoredObjects into;
  private final PartUploads parts;
  private final ObjectRef object;

  PartedCopy(StoredObjects from, StoredObjects into, PartUploads parts, ObjectRef object) {
    this.from = from;
    this.into = into;
    this.parts = parts;
    this.object = object;
  }

  /** Whether an object is large enough to be copied so. */
  static boolean pays(ObjectRef object) {
    return object.size() > (long) PartedOutgoing.PART * PartedOutgoing.IN_FLIGHT;
  }

  /**
   * Makes the copy unless there is an object of that name; the caller reads it back in any case.
   *
   * @throws VaultException MISSING or DAMAGED, about the copy that is read
   */
  void run() {
    if (into.store().stat(object.key()).isPresent()) {
      return;
    }
    Optional<Upload> earlier = latest();
    if (earlier.isPresent()) {
      try {
        send(earlier.get(), parts.stored(earlier.get()));
        return;
      } catch (StoreException e) {
        if (e.reason() != StoreException.Reason.GONE) {
          throw e;
        }
        // Aborted meanwhile, by a rule of the bucket or a command.
      }
    }
    send(parts.begin(object.key()), List.of());
  }

  private Optional<Upload> latest() {
    List<Upload> found = new ArrayList<>();
    try {
      parts.list(
          object.key().value(),
          upload -> {
            if (upload.key().equals(object.key())) {
              found.add(upload);
            }
          });
    } catch (StoreException e) {
      // Whoever copies need not have that right: the copy begins anew then.
      if (e.reason() != StoreException.Reason.DENIED) {
        throw e;
      }
    }
    return found.stream().max(Comparator.comparing(Upload::begunAt));
  }

  private void send(Upload upload, List<Part> earlier) {
    Map<Integer, Part> there = new HashMap<>();
    earlier.forEach(part -> there.put(part.number(), part));
    List<Future<Part>> all = new ArrayList<>();
    Sha256 hash = new Sha256();
    long size = 0;
    Semaphore places = new Semaphore(IN_FLIGHT);
    try (InputStream in = from.read(object);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (int number = 1; size < object.size(); number++) {
          places.acquire();
          Chunks chunk = next(in, hash, object.size() - size);
          size += chunk.length();
          int at = number;
          @Nullable Part present = there.get(at);
          Callable<Part> put =
              () -> {
                try {
                  return same(present, chunk) ? present : parts.put(upload, at, chunk);
                } finally {
                  places.release();
                }
              };
          all.add(threads.submit(put));
        }
        from.requireIntact(object, size, hash.finish());
        List<Part> stored = new ArrayList<>();
        for (Future<Part> each : all) {
          stored.add(each.get());
        }
        parts.complete(upload, stored);
      } catch (ExecutionException e) {
        threads.shutdownNow();
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new StoreException(
            StoreException.Reason.UNAVAILABLE, "interrupted while copying " + object.key(), e);
      }
    } catch (IOException e) {
      throw from.unreadable(object.key(), e);
    }
  }

  private Chunks next(InputStream in, Sha256 hash, long most) throws IOException {
    Chunks chunk = new Chunks();
    byte[] buffer = new byte[64 * 1024];
    long left = Math.min(most, PartedOutgoing.PART);
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new VaultException(
            Reason.DAMAGED,
            from.name(object.key())
                + " is damaged: it is shorter than "
                + object.size()
                + " bytes");
      }
      hash.update(buffer, 0, read);
      chunk.write(buffer, 0, read);
      left -= read;
    }
    return chunk;
  }

  /** Where a store's mark is no MD5 the part is sent again. */
  private static boolean same(@Nullable Part present, Chunks chunk) throws IOException {
    if (present == null || present.size() != chunk.length()) {
      return false;
    }
    try (InputStream in = chunk.open()) {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        md5.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(md5.digest()).equals(present.etag());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no MD5", e);
    }
  }
}
