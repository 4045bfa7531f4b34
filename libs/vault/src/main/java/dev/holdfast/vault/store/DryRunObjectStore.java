/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Reads a store and only notes what would be changed in it. What it would have written it does not
 * show: a caller that reads back its own writes cannot be run dry.
 */
public final class DryRunObjectStore extends ForwardingObjectStore {

  /** What would have been done. */
  public sealed interface Change {
    ObjectKey key();

    record Write(ObjectKey key, long size) implements Change {}

    record Delete(ObjectKey key) implements Change {}

    record AbortUpload(ObjectKey key, String id) implements Change {}

    record Lock(ObjectKey key, ObjectLocks.Retention retention) implements Change {}

    record Hold(ObjectKey key, boolean hold) implements Change {}
  }

  private final ObjectStore store;
  private final Consumer<Change> changes;

  /**
   * @param changes is told of every change at once; called by many threads
   */
  public DryRunObjectStore(ObjectStore store, Consumer<Change> changes) {
    super(store);
    this.store = store;
    this.changes = changes;
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    if (store.stat(key).isPresent()) {
      return PutOutcome.EXISTS;
    }
    changes.accept(new Change.Write(key, content.length()));
    return PutOutcome.CREATED;
  }

  @Override
  public void delete(ObjectKey key) {
    if (store.stat(key).isPresent()) {
      changes.accept(new Change.Delete(key));
    }
  }

  @Override
  public Optional<PartUploads> parts() {
    return store.parts().map(Parts::new);
  }

  @Override
  public Optional<ObjectLocks> locks() {
    return store.locks().map(Locks::new);
  }

  private final class Parts implements PartUploads {
    private final PartUploads parts;
    private final ConcurrentHashMap<String, Upload> begun = new ConcurrentHashMap<>();

    Parts(PartUploads parts) {
      this.parts = parts;
    }

    @Override
    public Upload begin(ObjectKey key) {
      Upload upload = new Upload(key, "dry-run-" + UUID.randomUUID(), java.time.Instant.EPOCH);
      begun.put(upload.id(), upload);
      return upload;
    }

    @Override
    public Part put(Upload upload, int number, Content content) {
      return new Part(number, content.length(), "dry-run", Optional.empty());
    }

    @Override
    public List<Part> stored(Upload upload) {
      return begun.containsKey(upload.id()) ? List.of() : parts.stored(upload);
    }

    @Override
    public PutOutcome complete(Upload upload, List<Part> all) {
      if (store.stat(upload.key()).isPresent()) {
        return PutOutcome.EXISTS;
      }
      changes.accept(new Change.Write(upload.key(), all.stream().mapToLong(Part::size).sum()));
      return PutOutcome.CREATED;
    }

    @Override
    public void abort(Upload upload) {
      if (begun.remove(upload.id()) == null) {
        changes.accept(new Change.AbortUpload(upload.key(), upload.id()));
      }
    }

    @Override
    public void list(String prefix, Consumer<Upload> each) {
      parts.list(prefix, each);
    }
  }

  private final class Locks implements ObjectLocks {
    private final ObjectLocks locks;

    Locks(ObjectLocks locks) {
      this.locks = locks;
    }

    @Override
    public boolean enabled() {
      return locks.enabled();
    }

    @Override
    public Optional<Protection> of(ObjectKey key) {
      return locks.of(key);
    }

    @Override
    public void extend(ObjectKey key, Retention retention) {
      changes.accept(new Change.Lock(key, retention));
    }

    @Override
    public void hold(ObjectKey key, boolean hold) {
      changes.accept(new Change.Hold(key, hold));
    }
  }
}
