/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Uploads in parts that wait in memory. */
final class MemoryPartUploads implements PartUploads {

  private final MemoryObjectStore store;
  private final InstantSource clock;
  private final Map<String, Open> open = new ConcurrentHashMap<>();

  private record Open(Upload upload, NavigableMap<Integer, byte[]> parts) {}

  MemoryPartUploads(MemoryObjectStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public Upload begin(ObjectKey key) {
    Upload upload = new Upload(key, UUID.randomUUID().toString(), clock.instant());
    open.put(upload.id(), new Open(upload, new ConcurrentSkipListMap<>()));
    return upload;
  }

  @Override
  public Part put(Upload upload, int number, Content content) {
    try (InputStream in = content.open()) {
      byte[] bytes = in.readAllBytes();
      of(upload).parts().put(number, bytes);
      return part(number, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Part> stored(Upload upload) {
    return of(upload).parts().entrySet().stream()
        .map(each -> part(each.getKey(), each.getValue()))
        .toList();
  }

  @Override
  public ObjectStore.PutOutcome complete(Upload upload, List<Part> parts) {
    if (!open.containsKey(upload.id()) && store.stat(upload.key()).isPresent()) {
      return ObjectStore.PutOutcome.EXISTS;
    }
    Open stored = of(upload);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (Part part : parts) {
      byte @Nullable [] bytes = stored.parts().get(part.number());
      if (bytes == null || !part(part.number(), bytes).equals(part)) {
        throw new StoreException(
            StoreException.Reason.UNSUITABLE,
            "cannot complete " + upload.key() + ": part " + part.number() + " is another one",
            null);
      }
      if (part != parts.getLast() && bytes.length < SMALLEST) {
        throw new StoreException(
            StoreException.Reason.UNSUITABLE,
            "cannot complete " + upload.key() + ": part " + part.number() + " is too small",
            null);
      }
      whole.writeBytes(bytes);
    }
    ObjectStore.PutOutcome outcome = store.put(upload.key(), whole.toByteArray());
    if (outcome == ObjectStore.PutOutcome.CREATED) {
      open.remove(upload.id());
    }
    return outcome;
  }

  @Override
  public void abort(Upload upload) {
    open.remove(upload.id());
  }

  @Override
  public void list(String prefix, Consumer<Upload> each) {
    open.values().stream()
        .map(Open::upload)
        .filter(upload -> upload.key().value().startsWith(prefix))
        .sorted(java.util.Comparator.comparing(Upload::key))
        .forEach(each);
  }

  private Open of(Upload upload) {
    @Nullable Open found = open.get(upload.id());
    if (found == null) {
      throw new StoreException(
          StoreException.Reason.GONE,
          "the upload of " + upload.key() + " was aborted; it has to begin anew",
          null);
    }
    return found;
  }

  private static Part part(int number, byte[] bytes) {
    try {
      return new Part(
          number,
          bytes.length,
          HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes)),
          Optional.empty());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no MD5", e);
    }
  }
}
