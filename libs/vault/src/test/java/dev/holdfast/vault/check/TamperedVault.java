/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ChainIndexer;
import dev.holdfast.vault.DataKeyReach;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.Reencryption;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A vault in which everything is there three times, by three writers: so that each object has
 * others of its kind to be exchanged with. Its objects have names for people, such as {@code rows
 * 2}.
 */
final class TamperedVault {

  static final SourceId MAIN = new SourceId("main");
  static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");

  final MemoryObjectStore store = new MemoryObjectStore();
  final SigningKey signer;
  final HybridIdentity identity;
  final Map<String, ObjectKey> objects = new LinkedHashMap<>();
  final List<Manifest> chain = new ArrayList<>();

  TamperedVault() {
    this(SigningKey.generate(), 1);
  }

  /**
   * @param seed of what is stored: another one makes another history
   */
  TamperedVault(SigningKey signer, int seed) {
    this.signer = signer;
    this.identity = Identity.generate().trusting(Set.of(signer.publicKey()));
    objects.put("marker", VaultLayout.marker());
    for (int writer = 1; writer <= 3; writer++) {
      write(writer, new Random(seed * 10L + writer));
    }
    index();
    for (Manifest manifest : chain) {
      objects.put("manifest " + manifest.number(), VaultLayout.manifest(MAIN, manifest.number()));
    }
  }

  private void index() {
    // One hour a writer: manifests 1 to 3, 4 and 5, 6 and 7.
    new ChainIndexer(store, MAIN, signer, Set.of()).catchUp(NOW.plus(Duration.ofDays(2)));
    List<ObjectKey> written = new ArrayList<>();
    store.list("sources/main/index/", Optional.empty(), each -> written.add(each.key()));
    for (String folder : List.of("day", "hour", "pack")) {
      int number = 1;
      for (ObjectKey key : written) {
        if (key.value().startsWith("sources/main/index/" + folder)) {
          objects.put((folder.equals("pack") ? folder : folder + " index") + " " + number++, key);
        }
      }
    }
  }

  /** The same vault in a store of its own. */
  TamperedVault(TamperedVault same) {
    this.signer = same.signer;
    this.identity = same.identity;
    objects.putAll(same.objects);
    chain.addAll(same.chain);
    same.store.list(
        "",
        Optional.empty(),
        each -> store.putIfAbsent(each.key(), Content.of(same.bytes(each.key()))));
  }

  /**
   * Encrypts anew what key object {@code number} reaches. The old objects keep their names and stay
   * where they are; {@code new rows 2} stands in for {@code rows 2}.
   */
  TamperedVault reencrypt(int number) {
    String dataKey = VaultLayout.dataKeyOf(key("key object " + number)).orElseThrow();
    try (VaultReader reader = VaultReader.open(store, identity.trustedSigners());
        Reencryption work =
            new Reencryption(
                List.of(store),
                identity.trustedSigners(),
                identity,
                List.of(identity.recipient()),
                signer,
                InstantSource.fixed(NOW.plus(Duration.ofDays(1))))) {
      Reencryption.Done done = work.apply(DataKeyReach.of(reader, MAIN, dataKey), bytes -> {});
      reader.forgetReplacements(MAIN);
      for (Manifest manifest : chain) {
        for (ObjectRef old : VaultLayout.objectsOf(manifest)) {
          ObjectRef current = reader.current(old);
          if (!current.equals(old)) {
            objects.put("new " + nameOf(old.key()), current.key());
          }
        }
      }
      objects.put("replacement document", done.documents().getFirst());
      objects.put("new key object", VaultLayout.keyObject(MAIN, done.dataKey()));
    }
    return this;
  }

  private void write(int number, Random random) {
    try (VaultWriter writer =
        VaultWriter.open(
            store,
            MAIN,
            List.of(identity.recipient()),
            signer,
            InstantSource.fixed(NOW.plus(Duration.ofHours(number))))) {
      long from = number * 100L;
      if (number == 1) {
        chain.add(
            writer.append(new ChainEntry.EpochOpened(1, "holdfast_main", position(100), 150019)));
      }
      ObjectRef index = body(writer, ObjectKind.BASE_INDEX, number, random);
      List<ObjectRef> others =
          List.of(
              body(writer, ObjectKind.ROWS, number, random),
              body(writer, ObjectKind.SCHEMA, number, random),
              body(writer, ObjectKind.ROLES, number, random));
      objects.put("key object " + number, VaultLayout.keyObject(MAIN, index.dataKey()));
      chain.add(
          writer.append(
              new ChainEntry.BaseSealed(
                  1, "base-" + number, position(from), NOW, "a.b", index, others, 1, 1)));
      Optional<CommitPoint> commit = Optional.of(new CommitPoint(new Lsn(from + 100), NOW, 7));
      chain.add(
          writer.append(
              new ChainEntry.SegmentSealed(
                  1,
                  1,
                  new Lsn(from),
                  new Lsn(from + 100),
                  commit,
                  commit,
                  Optional.of(NOW),
                  Optional.of(NOW),
                  NOW,
                  1,
                  1,
                  List.of(body(writer, ObjectKind.SEGMENT, number, random)))));
    }
  }

  private ObjectRef body(VaultWriter writer, ObjectKind kind, int number, Random random) {
    byte[] plain = new byte[2000];
    random.nextBytes(plain);
    try (VaultWriter.Body body = writer.begin(kind, 1)) {
      body.write(plain);
      ObjectRef ref = body.finish();
      objects.put(name(kind) + " " + number, ref.key());
      return ref;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(ObjectKind kind) {
    return switch (kind) {
      case SEGMENT -> "segment body";
      case ROWS -> "rows";
      case BASE_INDEX -> "base index";
      case SCHEMA -> "schema";
      case ROLES -> "roles";
      case LARGE_OBJECTS -> "large objects";
      case CONTENT -> "content";
    };
  }

  private static Position position(long lsn) {
    return new Position("7300000000000000001", 1, new Lsn(lsn));
  }

  ObjectKey key(String name) {
    ObjectKey key = objects.get(name);
    if (key == null) {
      throw new IllegalArgumentException(name + " is none of " + objects.keySet());
    }
    return key;
  }

  /** The name for people; the key where it has none. */
  String nameOf(ObjectKey key) {
    return objects.entrySet().stream()
        .filter(each -> each.getValue().equals(key))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(() -> key.value().replaceAll("[0-9a-f]{32}", "<another>"));
  }

  byte[] bytes(ObjectKey key) {
    try (var in = store.open(key).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void replace(ObjectKey key, byte[] bytes) {
    store.delete(key);
    store.putIfAbsent(key, Content.of(bytes));
  }

  /** The worst first: {@code damage swapped rows 1, rows 2}. */
  List<String> inspect(ReadData depth, List<Anchor> anchors) {
    List<Finding> found = new ArrayList<>();
    VaultInspection.marker(store).ifPresent(found::add);
    found.addAll(report(depth, anchors).findings());
    return found.stream()
        .map(
            each ->
                each.severity().name().toLowerCase(java.util.Locale.ROOT)
                    + " "
                    + each.tampering().wireName()
                    + " "
                    + nameOf(each.object())
                    + each.other().map(other -> ", " + nameOf(other)).orElse(""))
        .distinct()
        .sorted()
        .toList();
  }

  InspectionReport report(ReadData depth, List<Anchor> anchors) {
    return VaultInspection.inspect(
        store,
        identity.trustedSigners(),
        MAIN,
        depth,
        anchors,
        Verified.NOTHING,
        1,
        (done, total) -> {});
  }
}
