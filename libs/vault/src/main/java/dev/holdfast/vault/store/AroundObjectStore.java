/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.vault.store.StoreListener.Operation;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Does something around every request to another store; what, the subclass says once. */
abstract class AroundObjectStore implements ObjectStore {

  private final ObjectStore store;

  AroundObjectStore(ObjectStore store) {
    this.store = store;
  }

  /**
   * Makes the request.
   *
   * @param doing for messages, such as {@code store a/b}
   * @param bytes of an object that it sends
   */
  abstract <T> T around(Operation operation, String doing, long bytes, Supplier<T> request);

  private <T> T around(Operation operation, String doing, Supplier<T> request) {
    return around(operation, doing, 0, request);
  }

  /** What is really sent in place of {@code content}. */
  Content sent(Content content) {
    return content;
  }

  /** A read's stream; the request ends where this says. */
  Optional<InputStream> reading(String doing, Supplier<Optional<InputStream>> request) {
    return around(Operation.READ, doing, request);
  }

  /** What a listing is told to call in place of {@code each}. */
  <T> Consumer<T> found(Consumer<T> each) {
    return each;
  }

  private void around(Operation operation, String doing, Runnable request) {
    around(
        operation,
        doing,
        () -> {
          request.run();
          return true;
        });
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    Content sent = sent(content);
    return around(
        Operation.PUT, "store " + key, content.length(), () -> store.putIfAbsent(key, sent));
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    return reading("read " + key, () -> store.open(key));
  }

  @Override
  public Optional<InputStream> open(ObjectKey key, long offset) {
    return reading("read " + key, () -> store.open(key, offset));
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    return around(Operation.STAT, "look at " + key, () -> store.stat(key));
  }

  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    around(Operation.LIST, "list " + prefix, () -> store.list(prefix, startAfter, found(each)));
  }

  @Override
  public void delete(ObjectKey key) {
    around(Operation.DELETE, "delete " + key, () -> store.delete(key));
  }

  @Override
  public Optional<PartUploads> parts() {
    return store.parts().map(Parts::new);
  }

  @Override
  public Optional<ObjectLocks> locks() {
    return store.locks().map(Locks::new);
  }

  @Override
  public String describe() {
    return store.describe();
  }

  @Override
  public void close() {
    store.close();
  }

  private final class Parts implements PartUploads {
    private final PartUploads parts;

    Parts(PartUploads parts) {
      this.parts = parts;
    }

    @Override
    public Upload begin(ObjectKey key) {
      return around(Operation.UPLOAD, "begin to store " + key, () -> parts.begin(key));
    }

    @Override
    public Part put(Upload upload, int number, Content content) {
      Content sent = sent(content);
      return around(
          Operation.PART,
          "store part " + number + " of " + upload.key(),
          content.length(),
          () -> parts.put(upload, number, sent));
    }

    @Override
    public List<Part> stored(Upload upload) {
      return around(Operation.UPLOAD, "list parts of " + upload.key(), () -> parts.stored(upload));
    }

    @Override
    public PutOutcome complete(Upload upload, List<Part> all) {
      return around(
          Operation.UPLOAD, "complete " + upload.key(), () -> parts.complete(upload, all));
    }

    @Override
    public void abort(Upload upload) {
      around(Operation.UPLOAD, "give up " + upload.key(), () -> parts.abort(upload));
    }

    @Override
    public void list(String prefix, Consumer<Upload> each) {
      around(
          Operation.UPLOAD, "list uploads below " + prefix, () -> parts.list(prefix, found(each)));
    }
  }

  private final class Locks implements ObjectLocks {
    private final ObjectLocks locks;

    Locks(ObjectLocks locks) {
      this.locks = locks;
    }

    @Override
    public boolean enabled() {
      return around(Operation.LOCK, "ask for Object Lock", locks::enabled);
    }

    @Override
    public Optional<Protection> of(ObjectKey key) {
      return around(Operation.LOCK, "look at the lock of " + key, () -> locks.of(key));
    }

    @Override
    public void extend(ObjectKey key, Retention retention) {
      around(Operation.LOCK, "lock " + key, () -> locks.extend(key, retention));
    }

    @Override
    public void hold(ObjectKey key, boolean hold) {
      around(Operation.LOCK, "hold " + key, () -> locks.hold(key, hold));
    }
  }
}
