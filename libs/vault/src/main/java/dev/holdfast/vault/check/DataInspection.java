/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.check.Finding.Severity;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStore.Stat;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/** Compares encrypted objects with what their manifests say. {@link #named} is one thread's. */
final class DataInspection {

  /**
   * An object with bytes that are not its own.
   *
   * @param otherwise what to report when they are no other object's
   */
  private record Suspect(String sha256, Finding otherwise) {}

  private final ObjectStore store;
  private final VaultReader vault;
  private final ListedObjects listed;
  private final ReadData depth;
  private final Findings findings;
  private final LongConsumer progress;
  private final Map<ObjectKey, Suspect> suspects = new ConcurrentHashMap<>();
  private final AtomicLong readObjects = new AtomicLong();
  private final AtomicLong readBytes = new AtomicLong();

  DataInspection(
      ObjectStore store,
      VaultReader vault,
      ListedObjects listed,
      ReadData depth,
      Findings findings,
      LongConsumer progress) {
    this.store = store;
    this.vault = vault;
    this.listed = listed;
    this.depth = depth;
    this.findings = findings;
    this.progress = progress;
  }

  /** A manifest names {@code object}. */
  void named(ObjectRef object, Parallel parallel) {
    boolean shown = listed.name(new Stat(object.key(), object.size()));
    if (!shown) {
      Optional<Stat> now = store.stat(object.key());
      if (now.isEmpty()) {
        findings.add(Finding.damage(Tampering.MISSING, object.key(), ""));
        return;
      }
      listed.name(now.get());
      if (now.get().size() != object.size()) {
        parallel.run(() -> compare(object));
        return;
      }
    }
    if (depth.wants(object.key())) {
      parallel.run(() -> read(object));
    }
  }

  long readObjects() {
    return readObjects.get();
  }

  long readBytes() {
    return readBytes.get();
  }

  private void read(ObjectRef object) {
    switch (depth) {
      case ReadData.No no -> {}
      case ReadData.Hashes hashes -> compare(object);
      case ReadData.Plaintext plaintext -> open(object, plaintext);
    }
    readObjects.incrementAndGet();
    readBytes.addAndGet(object.size());
  }

  private void open(ObjectRef object, ReadData.Plaintext plaintext) {
    try (InputStream plain = vault.open(object, plaintext.identity())) {
      plaintext.reader().read(object, plain);
      progress.accept(object.size());
    } catch (VaultException e) {
      switch (e.reason()) {
        case WRONG_KEY, SHREDDED ->
            findings.add(
                Finding.unchecked(
                    Tampering.LOCKED, object.key(), "key object " + object.dataKey()));
        case TOO_NEW -> findings.add(Finding.unchecked(Tampering.TOO_NEW, object.key(), ""));
        default -> {
          // Whose fault it is: the stored bytes', or those that were sealed.
          if (compare(object)) {
            unreadable(object, e);
          }
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      unreadable(object, e);
    }
  }

  private void unreadable(ObjectRef object, Exception e) {
    findings.add(
        Finding.damage(Tampering.UNREADABLE, object.key(), String.valueOf(e.getMessage())));
  }

  /** Whether the stored bytes are those that the manifest names; what they are else is reported. */
  private boolean compare(ObjectRef object) {
    Optional<StoredBytes> read = StoredBytes.read(store, object.key(), object.size(), progress);
    if (read.isEmpty()) {
      findings.add(Finding.damage(Tampering.MISSING, object.key(), ""));
      return false;
    }
    StoredBytes stored = read.get();
    boolean same = stored.sha256().equals(object.sha256());
    if (same && stored.size() == object.size()) {
      return true;
    }
    if (same) {
      findings.add(
          Finding.damage(
              Tampering.TRAILING_BYTES, object.key(), "more than its " + object.size() + " bytes"));
      return false;
    }
    if (stored.size() < object.size()) {
      suspect(
          object.key(),
          stored.sha256(),
          Finding.damage(
              Tampering.TRUNCATED,
              object.key(),
              stored.size() + " of " + object.size() + " bytes"));
      return false;
    }
    String whole =
        stored.size() == object.size()
            ? stored.sha256()
            : StoredBytes.read(store, object.key(), StoredBytes.WHOLE, bytes -> {})
                .map(StoredBytes::sha256)
                .orElse("");
    suspect(
        object.key(),
        whole,
        Finding.damage(
            Tampering.ALTERED,
            object.key(),
            stored.size() == object.size()
                ? "its SHA-256 is " + whole
                : "and more than its " + object.size() + " bytes"));
    return false;
  }

  /**
   * Objects of the listing that no manifest named are told, and with a read whose copies they are.
   */
  void unnamed(Stat stat, Parallel parallel) {
    Finding garbage = Finding.note(Tampering.GARBAGE, stat.key(), stat.size() + " bytes");
    if (!depth.wants(stat.key())) {
      findings.add(garbage);
      return;
    }
    parallel.run(
        () ->
            StoredBytes.read(store, stat.key(), stat.size(), bytes -> {})
                .ifPresent(read -> suspect(stat.key(), read.sha256(), garbage)));
  }

  private void suspect(ObjectKey key, String sha256, Finding otherwise) {
    if (suspects.size() < Findings.MOST) {
      suspects.put(key, new Suspect(sha256, otherwise));
    } else {
      findings.add(otherwise);
    }
  }

  boolean hasSuspects() {
    return !suspects.isEmpty();
  }

  /**
   * Reports what was found with other bytes than its own.
   *
   * @param owners by SHA-256, as far as a manifest names an object with it
   */
  void report(Map<String, ObjectKey> owners, Misplaced misplaced) {
    suspects.forEach(
        (place, suspect) -> {
          ObjectKey owner = owners.get(suspect.sha256);
          if (owner == null || owner.equals(place)) {
            findings.add(suspect.otherwise);
          } else if (suspect.otherwise.severity() == Severity.NOTE) {
            findings.add(
                new Finding(Severity.NOTE, Tampering.DUPLICATED, place, Optional.of(owner), ""));
          } else {
            misplaced.add(place, owner);
          }
        });
  }

  /** SHA-256 of what stands in others' places. */
  Set<String> foreignBytes() {
    return suspects.values().stream().map(Suspect::sha256).collect(Collectors.toSet());
  }
}
