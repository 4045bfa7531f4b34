/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.check.Finding.Severity;
import dev.holdfast.vault.check.InspectionReport.Amount;
import dev.holdfast.vault.check.InspectionReport.NeverRead;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStore.Stat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Looks at one copy of one source and names everything that is not as it must be. Reads small
 * documents all, and encrypted objects as deep as it is told. Changes nothing.
 *
 * <p>The listing comes first and the chain after it: what is written in the meantime is looked up
 * by itself, and nothing that is young is taken for garbage.
 */
public final class VaultInspection {

  /** Small reads mostly wait; big ones and decryption need memory and processors. */
  private static final int AT_ONCE = 16;

  private static final int DECRYPTING_AT_ONCE = 4;

  private static final int PAGE = 1_000;

  /** How far an inspection is, in stored bytes that it goes through. */
  public interface Progress {
    void at(long bytesDone, long bytesTotal);
  }

  private final ObjectStore store;
  private final Set<SigningKey.Public> trusted;
  private final SourceId source;
  private final ReadData depth;
  private final int inspections;
  private final Findings findings = new Findings();
  private final Misplaced misplaced = new Misplaced(Severity.DAMAGE);
  private final DocumentInspection documents;
  private final IndexInspection indexes;
  private final ListedObjects listed = new ListedObjects();
  private final Set<String> keysThere = new HashSet<>();
  private final Set<String> keysNamed = new HashSet<>();
  private long keyObjects;
  private long objects;
  private long bytes;
  private long toDo;
  private Optional<NeverRead> neverRead = Optional.empty();
  private Optional<NeverRead> neverReadBefore = Optional.empty();

  private VaultInspection(
      ObjectStore store,
      Set<SigningKey.Public> trusted,
      SourceId source,
      ReadData depth,
      int inspections) {
    this.store = store;
    this.trusted = trusted;
    this.source = source;
    this.depth = depth;
    this.inspections = inspections;
    this.documents = new DocumentInspection(store, trusted, findings, misplaced);
    this.indexes = new IndexInspection(store, trusted, depth, findings);
  }

  /**
   * @param anchors what others know of the chain's end
   * @param verified what earlier runs have read
   * @param inspections how many go on at once in this process: what is decrypted takes memory, and
   *     they share it
   */
  public static InspectionReport inspect(
      ObjectStore store,
      Set<SigningKey.Public> trusted,
      SourceId source,
      ReadData depth,
      List<Anchor> anchors,
      Verified verified,
      int inspections,
      Progress progress) {
    return new VaultInspection(store, trusted, source, depth, inspections)
        .run(anchors, verified, progress);
  }

  /**
   * What is wrong with the marker.
   *
   * @throws VaultException NOT_FOUND when there is no vault at all
   */
  public static Optional<Finding> marker(ObjectStore store) {
    return MarkerInspection.of(store);
  }

  private InspectionReport run(List<Anchor> anchors, Verified verified, Progress progress) {
    try (VaultReader vault = VaultReader.of(store, trusted)) {
      return run(vault, anchors, verified, progress);
    }
  }

  private InspectionReport run(
      VaultReader vault, List<Anchor> anchors, Verified verified, Progress progress) {
    long started = System.nanoTime();
    int atOnce =
        depth instanceof ReadData.Plaintext
            ? Math.max(1, DECRYPTING_AT_ONCE / inspections)
            : AT_ONCE;
    AtomicLong done = new AtomicLong();
    LongConsumer gone = bytes -> progress.at(done.addAndGet(bytes), toDo);
    DataInspection data = new DataInspection(store, vault, listed, depth, findings, gone);
    ChainInspection chain;
    try (Parallel small = new Parallel(AT_ONCE);
        Parallel big = new Parallel(atOnce)) {
      list(small);
      progress.at(0, toDo);
      chain = chain(documents, depth, findings, anchors);
      chain.walk(small, taken -> visit(vault, taken, verified, data, big), gone);
      big.await();
      indexes.packs(small);
      keysNamed.stream()
          .filter(id -> !keysThere.contains(id))
          .forEach(
              id ->
                  findings.add(
                      Finding.damage(
                          Tampering.MISSING,
                          VaultLayout.keyObject(source, id),
                          "objects are encrypted with it")));
      if (chain.whole()) {
        garbage(data, big);
      }
      big.await();
      if (data.hasSuspects()) {
        data.report(owners(data, small), misplaced);
      }
    }
    misplaced.report(findings);
    return new InspectionReport(
        source,
        chain.head(),
        chain.manifests(),
        keyObjects,
        new Amount(objects, bytes),
        new Amount(data.readObjects(), data.readBytes()),
        Duration.ofNanos(System.nanoTime() - started),
        findings.count(Severity.DAMAGE) == 0 ? neverRead : neverReadBefore,
        findings.kept(),
        findings.count(Severity.DAMAGE),
        findings.count(Severity.UNCHECKED),
        findings.count(Severity.NOTE));
  }

  /** Everything but the chain, in one listing. */
  private void list(Parallel parallel) {
    String chain = VaultLayout.chainPrefix(source);
    String data = VaultLayout.dataPrefix(source);
    String index = VaultLayout.indexPrefix(source);
    List<Stat> documentsThere = new ArrayList<>();
    store.list(
        VaultLayout.sourcePrefix(source),
        Optional.empty(),
        stat -> {
          String key = stat.key().value();
          if (key.startsWith(data)) {
            listed.add(stat);
            toDo += depth.wants(stat.key()) ? stat.size() : 0;
          } else if (key.startsWith(chain)) {
            toDo += stat.size();
          } else {
            documentsThere.add(stat);
          }
        });
    for (Stat stat : documentsThere) {
      Optional<String> id = VaultLayout.dataKeyOf(stat.key());
      if (id.isPresent()) {
        keyObjects++;
        if (stat.key().equals(VaultLayout.keyObject(source, id.get()))) {
          keysThere.add(id.get());
        }
        parallel.run(() -> documents.key(stat.key(), source, id.get()));
      } else if (stat.key().value().startsWith(index)) {
        indexes.listed(stat, parallel);
      } else if (PlannedDocuments.isOne(source, stat.key())) {
        parallel.run(() -> documents.other(stat.key()));
      } else {
        findings.add(Finding.note(Tampering.UNKNOWN, stat.key(), stat.size() + " bytes"));
      }
    }
    parallel.await();
  }

  private ChainInspection chain(
      DocumentInspection documents, ReadData depth, Findings findings, List<Anchor> anchors) {
    PackedManifests packs =
        new PackedManifests(store, source, documents, indexes.packsThere(), indexes::useless);
    return new ChainInspection(store, source, documents, packs, depth, findings, anchors);
  }

  private void visit(
      VaultReader vault,
      DocumentInspection.Place.Taken taken,
      Verified verified,
      DataInspection data,
      Parallel parallel) {
    Manifest manifest = taken.manifest();
    never(VaultLayout.manifest(source, manifest.number()), taken.read(), manifest, verified);
    for (ObjectRef named : VaultLayout.objectsOf(manifest)) {
      ObjectRef object = vault.current(named);
      if (!object.equals(named)) {
        // Encrypted anew: the old bytes may be deleted, and are no garbage until then.
        boolean _ = listed.name(new Stat(named.key(), named.size()));
      }
      objects++;
      bytes += object.size();
      keysNamed.add(object.dataKey());
      never(object.key(), depth.wants(object.key()), manifest, verified);
      data.named(object, parallel);
    }
  }

  /** Keeps the first object that no run has read. */
  private void never(ObjectKey key, boolean read, Manifest manifest, Verified verified) {
    if (neverReadBefore.isPresent() && (read || neverRead.isPresent())
        || verified.covers(manifest.number(), key)) {
      return;
    }
    NeverRead it = new NeverRead(key, manifest.number(), manifest.at());
    neverReadBefore = neverReadBefore.or(() -> Optional.of(it));
    if (!read) {
      neverRead = neverRead.or(() -> Optional.of(it));
    }
  }

  /** What no manifest names; with a manifest missing that cannot be said. */
  private void garbage(DataInspection data, Parallel parallel) {
    if (!listed.hasUnnamed()) {
      return;
    }
    Optional<ObjectKey> after = Optional.empty();
    ObjectPage page;
    do {
      page = ObjectPage.of(store, VaultLayout.dataPrefix(source), after, PAGE);
      for (Stat stat : page.objects()) {
        if (listed.isUnnamed(stat)) {
          data.unnamed(stat, parallel);
        }
        after = Optional.of(stat.key());
      }
    } while (page.more());
  }

  /** Goes through the chain once more: whose bytes they are that stand in others' places. */
  private Map<String, ObjectKey> owners(DataInspection data, Parallel parallel) {
    Map<String, ObjectKey> owners = new HashMap<>();
    Set<String> wanted = data.foreignBytes();
    Findings known = new Findings();
    chain(
            new DocumentInspection(store, trusted, known, new Misplaced(Severity.DAMAGE)),
            new ReadData.No(),
            known,
            List.of())
        .walk(
            parallel,
            taken ->
                VaultLayout.objectsOf(taken.manifest()).stream()
                    .filter(object -> wanted.contains(object.sha256()))
                    .forEach(object -> owners.put(object.sha256(), object.key())),
            bytes -> {});
    return owners;
  }
}
