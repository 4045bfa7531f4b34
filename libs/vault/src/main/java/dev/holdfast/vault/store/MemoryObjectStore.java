/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps objects in memory and enforces their locks; for tests. */
public final class MemoryObjectStore implements ObjectStore {

  private final ConcurrentNavigableMap<ObjectKey, byte[]> objects = new ConcurrentSkipListMap<>();
  private final Map<ObjectKey, ObjectLocks.Protection> protections = new ConcurrentHashMap<>();
  private final MemoryPartUploads parts;
  private final InstantSource clock;
  private final @Nullable LockSettings lock;

  /** Without Object Lock. */
  public MemoryObjectStore() {
    this(InstantSource.system(), null);
  }

  private MemoryObjectStore(InstantSource clock, @Nullable LockSettings lock) {
    this.clock = clock;
    this.lock = lock;
    this.parts = new MemoryPartUploads(this, clock);
  }

  /** With Object Lock; each object is locked when it is put. */
  public static MemoryObjectStore locking(LockSettings lock, InstantSource clock) {
    return new MemoryObjectStore(clock, lock);
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    byte[] bytes;
    try (InputStream in = content.open()) {
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return put(key, bytes);
  }

  PutOutcome put(ObjectKey key, byte[] bytes) {
    if (objects.putIfAbsent(key, bytes) != null) {
      return PutOutcome.EXISTS;
    }
    if (lock != null) {
      protections.put(
          key, new ObjectLocks.Protection(Optional.of(lock.forNew(key, clock.instant())), false));
    }
    return PutOutcome.CREATED;
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    return Optional.ofNullable(objects.get(key)).map(ByteArrayInputStream::new);
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    return Optional.ofNullable(objects.get(key)).map(bytes -> new Stat(key, bytes.length));
  }

  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    var view = startAfter.map(key -> objects.tailMap(key, false)).orElse(objects);
    view.forEach(
        (key, bytes) -> {
          if (key.value().startsWith(prefix)) {
            each.accept(new Stat(key, bytes.length));
          }
        });
  }

  /**
   * @throws StoreException DENIED while the object is locked or held
   */
  @Override
  public void delete(ObjectKey key) {
    ObjectLocks.Protection protection = protections.get(key);
    if (protection != null
        && (protection.hold()
            || protection
                .retention()
                .filter(r -> r.until().isAfter(clock.instant()))
                .isPresent())) {
      throw new StoreException(
          StoreException.Reason.DENIED, "cannot delete " + key + ": it is locked", null);
    }
    objects.remove(key);
    protections.remove(key);
  }

  @Override
  public Optional<PartUploads> parts() {
    return Optional.of(parts);
  }

  @Override
  public Optional<ObjectLocks> locks() {
    return Optional.of(new Locks());
  }

  @Override
  public String describe() {
    return "memory";
  }

  @Override
  public void close() {}

  private final class Locks implements ObjectLocks {

    @Override
    public boolean enabled() {
      return lock != null;
    }

    @Override
    public Optional<Protection> of(ObjectKey key) {
      return objects.containsKey(key)
          ? Optional.of(protections.getOrDefault(key, new Protection(Optional.empty(), false)))
          : Optional.empty();
    }

    @Override
    public void extend(ObjectKey key, Retention retention) {
      change(
          key,
          before -> {
            before
                .retention()
                .filter(now -> now.until().isAfter(retention.until()))
                .ifPresent(
                    longer -> {
                      throw denied(key, "it is locked until " + longer.until());
                    });
            return new Protection(Optional.of(retention), before.hold());
          });
    }

    @Override
    public void hold(ObjectKey key, boolean hold) {
      change(key, before -> new Protection(before.retention(), hold));
    }

    private void change(ObjectKey key, java.util.function.UnaryOperator<Protection> change) {
      if (lock == null) {
        throw new StoreException(
            StoreException.Reason.UNSUITABLE,
            "cannot lock " + key + ": this store has no Object Lock",
            null);
      }
      if (!objects.containsKey(key)) {
        throw new StoreException(
            StoreException.Reason.NO_SUCH_PLACE, "cannot lock " + key + ": no such object", null);
      }
      protections.compute(
          key,
          (same, before) ->
              change.apply(before == null ? new Protection(Optional.empty(), false) : before));
    }

    private StoreException denied(ObjectKey key, String why) {
      return new StoreException(
          StoreException.Reason.DENIED, "cannot lock " + key + ": " + why, null);
    }
  }
}
