/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keys, a store and entries for tests of writer and reader. */
final class VaultFixture {

  static final SourceId MAIN = new SourceId("main");
  static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
  static final InstantSource CLOCK = InstantSource.fixed(NOW);

  final MemoryObjectStore store = new MemoryObjectStore();
  final SigningKey signer = SigningKey.generate();
  final HybridIdentity identity = Identity.generate().trusting(Set.of(signer.publicKey()));

  VaultWriter writer() {
    return writer(store);
  }

  VaultWriter writer(ObjectStore into) {
    return VaultWriter.open(into, MAIN, List.of(identity.recipient()), signer, CLOCK);
  }

  VaultReader reader() {
    return VaultReader.open(store, identity.trustedSigners());
  }

  static ObjectRef body(VaultWriter writer, byte[] plain) {
    try (VaultWriter.Body body = writer.begin(ObjectKind.SEGMENT, 1)) {
      body.write(plain);
      return body.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Appends an epoch and two segments with a body each; returns the three manifests. */
  List<Manifest> fill(VaultWriter writer) {
    return List.of(
        writer.append(new ChainEntry.EpochOpened(1, "holdfast_main", position(100), 150019)),
        writer.append(segment(100, 200, List.of(body(writer, bytes(5000))))),
        writer.append(segment(200, 300, List.of(body(writer, bytes(300_000))))));
  }

  static ChainEntry.SegmentSealed segment(long from, long through, List<ObjectRef> bodies) {
    Optional<CommitPoint> commit = Optional.of(new CommitPoint(new Lsn(through), NOW, 7));
    return new ChainEntry.SegmentSealed(
        1,
        1,
        new Lsn(from),
        new Lsn(through),
        commit,
        commit,
        Optional.of(NOW),
        Optional.of(NOW),
        NOW,
        1,
        1,
        bodies);
  }

  static ChainEntry.HoleRecorded hole(long after) {
    return new ChainEntry.HoleRecorded(1, position(after), "slot lost", NOW);
  }

  static Position position(long lsn) {
    return new Position("7300000000000000001", 1, new Lsn(lsn));
  }

  static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new java.util.Random(length).nextBytes(bytes);
    return bytes;
  }

  byte[] stored(ObjectKey key) {
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
}
