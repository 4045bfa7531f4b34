/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ForwardingObjectStore;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.PartUploads;
import dev.holdfast.vault.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A store in memory that remembers what it was asked and fails when a test wants it to. */
final class RecordingStore extends ForwardingObjectStore {

  /** Comes before each request; throws or waits. */
  interface Fault {
    void before() throws InterruptedException;
  }

  private static final Fault NONE = () -> {};

  private final String name;
  private final MemoryObjectStore store;
  private volatile Fault fault = NONE;
  private volatile Consumer<ObjectKey> putCheck = key -> {};

  final List<String> created = new CopyOnWriteArrayList<>();
  final List<String> opened = new CopyOnWriteArrayList<>();

  RecordingStore(String name) {
    this(name, new MemoryObjectStore());
  }

  private RecordingStore(String name, MemoryObjectStore store) {
    super(store);
    this.name = name;
    this.store = store;
  }

  void fails(Fault fault) {
    this.fault = fault;
  }

  /** Looks at each key before it is put. */
  void failsAtPut(Consumer<ObjectKey> check) {
    this.putCheck = check;
  }

  void isAway() {
    fails(
        () -> {
          throw new StoreException(
              StoreException.Reason.UNAVAILABLE, name + " does not answer", null);
        });
  }

  void isBack() {
    fails(NONE);
    failsAtPut(key -> {});
  }

  List<String> names() {
    List<String> names = new CopyOnWriteArrayList<>();
    store.list("", Optional.empty(), stat -> names.add(stat.key().value()));
    return names;
  }

  void empty() {
    names().forEach(object -> store.delete(new ObjectKey(object)));
  }

  byte[] bytes(ObjectKey key) {
    try (InputStream in = store.open(key).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts other bytes under the name, as a failing disk does. */
  void damage(ObjectKey key, byte[] bytes) {
    store.delete(key);
    store.putIfAbsent(key, Content.of(bytes));
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    before();
    putCheck.accept(key);
    PutOutcome outcome = store.putIfAbsent(key, content);
    if (outcome == PutOutcome.CREATED) {
      created.add(key.value());
    }
    return outcome;
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    before();
    opened.add(key.value());
    return store.open(key);
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    before();
    return store.stat(key);
  }

  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    before();
    store.list(prefix, startAfter, each);
  }

  /** What is recorded are whole objects. */
  @Override
  public Optional<PartUploads> parts() {
    return Optional.empty();
  }

  @Override
  public String describe() {
    return name;
  }

  private void before() {
    try {
      fault.before();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Reason.UNAVAILABLE, name + " was given up", e);
    }
  }
}
