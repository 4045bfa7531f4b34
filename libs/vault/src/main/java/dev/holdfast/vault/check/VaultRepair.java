/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultCopier;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStore.Stat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes one copy of a source complete again from a good one. What is missing is copied, never
 * anything overwritten; what is damaged is replaced only when that is asked for, by deleting it,
 * and only after the good copy of it was read and verified.
 *
 * <p>The order is that of every writer: encrypted objects, then key objects, then the manifest that
 * names them. Whoever finds a manifest finds what it names, wherever this is interrupted.
 */
public final class VaultRepair {

  private static final int PAGE = 256;
  private static final int AT_ONCE = 8;

  private final ObjectStore good;
  private final ObjectStore into;
  private final Set<SigningKey.Public> trusted;
  private final SourceId source;
  private final boolean readData;

  /**
   * @param good where everything is taken from; its chain must be whole
   * @param readData whether objects that are there with their size are read as well
   */
  public VaultRepair(
      ObjectStore good,
      ObjectStore into,
      Set<SigningKey.Public> trusted,
      SourceId source,
      boolean readData) {
    this.good = good;
    this.into = into;
    this.trusted = trusted;
    this.source = source;
    this.readData = readData;
  }

  /** What is not as it must be in one object's place. */
  public enum Lack {
    MISSING,
    DAMAGED
  }

  /** One object that a repair would write. */
  public record Need(Lack lack, ObjectKey key, long size) {}

  /**
   * What there is to do.
   *
   * @param needs in the order in which they would be written; at most 10,000
   */
  public record Plan(SourceId source, List<Need> needs, long missing, long damaged, long bytes) {

    public boolean isEmpty() {
      return missing + damaged == 0;
    }
  }

  /** What was done. */
  public record Done(long copied, long replaced, long bytes) {}

  /**
   * Looks, and changes nothing.
   *
   * @throws VaultException when the good copy's chain is not
   */
  public Plan plan(VaultInspection.Progress progress) {
    Planning planning = new Planning();
    go(planning, progress);
    return new Plan(
        source, List.copyOf(planning.needs), planning.missing, planning.damaged, planning.bytes);
  }

  /**
   * Copies what is missing.
   *
   * @param replaceDamaged whether damaged objects are deleted and copied again
   * @throws VaultException when an object of the good copy is not good
   */
  public Done run(boolean replaceDamaged, VaultInspection.Progress progress) {
    Copying copying = new Copying(replaceDamaged);
    go(copying, progress);
    return new Done(copying.copied.get(), copying.replaced.get(), copying.bytes.get());
  }

  /** What becomes of an object that is not as it must be. */
  private interface Work {
    void body(Need need, ObjectRef object, VaultCopier copier, VaultReader vault);

    void document(Need need, byte[] bytes);

    /** Before the first and after the last source's object. */
    void begin(VaultCopier copier);

    void end(VaultCopier copier);
  }

  private void go(Work work, VaultInspection.Progress progress) {
    ListedObjects there = new ListedObjects();
    into.list(VaultLayout.dataPrefix(source), Optional.empty(), there::add);
    try (VaultReader vault = VaultReader.of(good, trusted);
        Parallel parallel = new Parallel(AT_ONCE)) {
      VaultCopier copier = new VaultCopier(vault, into);
      work.begin(copier);
      long head = vault.head(source);
      Set<String> keysDone = new LinkedHashSet<>();
      long after = 0;
      List<Manifest> page;
      do {
        page = vault.chain(source, after, PAGE);
        for (Manifest manifest : page) {
          for (ObjectRef object : vault.objectsOf(manifest)) {
            boolean listed = there.name(new Stat(object.key(), object.size()));
            if (!listed || readData) {
              parallel.run(
                  () ->
                      lack(object)
                          .ifPresent(
                              lack ->
                                  work.body(
                                      new Need(lack, object.key(), object.size()),
                                      object,
                                      copier,
                                      vault)));
            }
          }
        }
        parallel.await();
        List<ObjectKey> keys = new ArrayList<>();
        for (Manifest manifest : page) {
          vault.objectsOf(manifest).stream()
              .map(ObjectRef::dataKey)
              .filter(keysDone::add)
              .forEach(id -> keys.add(VaultLayout.keyObject(source, id)));
        }
        if (after == 0) {
          keys.addAll(others(keysDone));
        }
        documents(keys, work, parallel);
        List<ObjectKey> manifests = new ArrayList<>();
        for (Manifest manifest : page) {
          manifests.add(VaultLayout.manifest(source, manifest.number()));
          after = manifest.number();
        }
        documents(manifests, work, parallel);
        progress.at(after, head);
      } while (page.size() == PAGE);
      work.end(copier);
    }
  }

  /** Further wraps of data keys, key objects that nothing was sealed with yet, and the like. */
  private List<ObjectKey> others(Set<String> keysDone) {
    List<ObjectKey> others = new ArrayList<>();
    good.list(
        VaultLayout.keysPrefix(source),
        Optional.empty(),
        stat ->
            VaultLayout.dataKeyOf(stat.key())
                .filter(
                    id -> !stat.key().equals(VaultLayout.keyObject(source, id)) || keysDone.add(id))
                .ifPresent(id -> others.add(stat.key())));
    PlannedDocuments.prefixes(source)
        .forEach(
            prefix ->
                good.list(
                    prefix,
                    Optional.empty(),
                    stat -> {
                      if (PlannedDocuments.isOne(source, stat.key())) {
                        others.add(stat.key());
                      }
                    }));
    return others;
  }

  private Optional<Lack> lack(ObjectRef object) {
    Optional<Stat> stat = into.stat(object.key());
    if (stat.isEmpty()) {
      return Optional.of(Lack.MISSING);
    }
    if (stat.get().size() != object.size()) {
      return Optional.of(Lack.DAMAGED);
    }
    if (!readData) {
      return Optional.empty();
    }
    return StoredBytes.read(into, object.key(), object.size(), read -> {})
            .filter(read -> read.sha256().equals(object.sha256()))
            .isPresent()
        ? Optional.empty()
        : Optional.of(Lack.DAMAGED);
  }

  /** A signed document, and what the other place's needs to be equal to it. */
  private record Compared(byte[] good, Optional<Need> need) {}

  /** Compared side by side, and written one after the other: a chain has no gaps at any moment. */
  private void documents(List<ObjectKey> keys, Work work, Parallel parallel) {
    Compared[] compared = new Compared[keys.size()];
    for (int i = 0; i < compared.length; i++) {
      int index = i;
      parallel.run(() -> compared[index] = compare(keys.get(index)));
    }
    parallel.await();
    for (Compared each : compared) {
      each.need.ifPresent(need -> work.document(need, each.good));
    }
  }

  /** The good copy's must be genuine. */
  private Compared compare(ObjectKey key) {
    byte[] bytes =
        StoredBytes.document(good, key)
            .orElseThrow(
                () ->
                    new VaultException(
                        VaultException.Reason.MISSING,
                        key + " is missing in " + good.describe() + ": take another region"));
    if (SignedBytes.of(bytes, trusted) instanceof SignedBytes.Spoiled spoiled) {
      throw new VaultException(
          VaultException.Reason.DAMAGED,
          key
              + " "
              + spoiled.tampering().words()
              + " in "
              + good.describe()
              + ": take another region");
    }
    Optional<byte[]> there = StoredBytes.document(into, key);
    if (there.isPresent() && Arrays.equals(there.get(), bytes)) {
      return new Compared(bytes, Optional.empty());
    }
    Lack lack = there.isEmpty() ? Lack.MISSING : Lack.DAMAGED;
    return new Compared(bytes, Optional.of(new Need(lack, key, bytes.length)));
  }

  private static final class Planning implements Work {
    final List<Need> needs = new ArrayList<>();
    long missing;
    long damaged;
    long bytes;

    @Override
    public void body(Need need, ObjectRef object, VaultCopier copier, VaultReader vault) {
      add(need);
    }

    @Override
    public void document(Need need, byte[] document) {
      add(need);
    }

    @Override
    public void begin(VaultCopier copier) {}

    @Override
    public void end(VaultCopier copier) {}

    private synchronized void add(Need need) {
      switch (need.lack()) {
        case MISSING -> missing++;
        case DAMAGED -> damaged++;
      }
      bytes += need.size();
      if (needs.size() < Findings.MOST) {
        needs.add(need);
      }
    }
  }

  private final class Copying implements Work {
    final boolean replaceDamaged;
    final AtomicLong copied = new AtomicLong();
    final AtomicLong replaced = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();

    Copying(boolean replaceDamaged) {
      this.replaceDamaged = replaceDamaged;
    }

    @Override
    public void begin(VaultCopier copier) {
      copier.begin();
    }

    @Override
    public void end(VaultCopier copier) {
      copier.copyIndexes(source, 0);
    }

    @Override
    public void body(Need need, ObjectRef object, VaultCopier copier, VaultReader vault) {
      if (!mayWrite(need)) {
        return;
      }
      if (need.lack() == Lack.DAMAGED) {
        vault.check(object); // before the damaged one goes
        delete(object.key());
      }
      copier.copy(object);
      count(need);
    }

    @Override
    public void document(Need need, byte[] document) {
      if (!mayWrite(need)) {
        return;
      }
      if (need.lack() == Lack.DAMAGED) {
        delete(need.key());
      }
      into.putIfAbsent(need.key(), Content.of(document));
      if (!StoredBytes.document(into, need.key())
          .filter(stored -> Arrays.equals(stored, document))
          .isPresent()) {
        throw new VaultException(
            VaultException.Reason.DAMAGED,
            need.key()
                + " in "
                + into.describe()
                + " is not what was written there just now; is somebody else writing?");
      }
      count(need);
    }

    /** In a bucket with Object Lock a deletion hides what is locked, and readers miss it. */
    private void delete(ObjectKey key) {
      boolean held =
          into.locks()
              .filter(ObjectLocks::enabled)
              .flatMap(locks -> locks.of(key))
              .filter(ObjectLocks.Protection::hold)
              .isPresent();
      if (held) {
        throw new VaultException(
            VaultException.Reason.HELD,
            key
                + " in "
                + into.describe()
                + " is under a legal hold and is not replaced, damaged as it is: read from another"
                + " region's copy, or release the hold first ('holdfast legal-hold list')");
      }
      into.delete(key);
    }

    private boolean mayWrite(Need need) {
      return need.lack() == Lack.MISSING || replaceDamaged;
    }

    private void count(Need need) {
      (need.lack() == Lack.MISSING ? copied : replaced).incrementAndGet();
      bytes.addAndGet(need.size());
    }
  }
}
