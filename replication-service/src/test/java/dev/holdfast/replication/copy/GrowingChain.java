/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ChainIndexer;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The chain of a source as a worker writes it: an epoch, a base, then segments. */
final class GrowingChain {

  static final SourceId MAIN = new SourceId("main");
  static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");

  private static final SigningKey SIGNER = SigningKey.generate();
  private static final HybridIdentity IDENTITY = Identity.generate();

  private final ObjectStore store;
  private final VaultWriter writer;
  private final Random random = new Random(7);
  private long lsn = 100;

  private GrowingChain(ObjectStore store, VaultWriter writer) {
    this.store = store;
    this.writer = writer;
  }

  static Set<SigningKey.Public> signers() {
    return Set.of(SIGNER.publicKey());
  }

  /** Opens an epoch and seals a base: manifests 1 and 2. */
  static GrowingChain in(ObjectStore store) {
    return in(store, SIGNER);
  }

  static GrowingChain in(ObjectStore store, SigningKey signer) {
    GrowingChain chain =
        new GrowingChain(
            store,
            VaultWriter.open(
                store, MAIN, List.of(IDENTITY.recipient()), signer, InstantSource.fixed(NOW)));
    chain.writer.append(new ChainEntry.EpochOpened(1, "holdfast_main", position(100), 150019));
    chain.writer.append(
        new ChainEntry.BaseSealed(
            1,
            "base-1",
            position(100),
            NOW,
            "0".repeat(64),
            chain.body(ObjectKind.BASE_INDEX),
            List.of(chain.body(ObjectKind.SCHEMA), chain.body(ObjectKind.ROWS)),
            1,
            10));
    return chain;
  }

  /** Seals one more segment, with one body, and returns the body. */
  ObjectRef grow() {
    ObjectRef body = body(ObjectKind.SEGMENT);
    Lsn from = new Lsn(lsn);
    lsn += 100;
    Lsn through = new Lsn(lsn);
    Instant at = NOW.plusSeconds(lsn);
    Optional<CommitPoint> commit = Optional.of(new CommitPoint(through, at, 7));
    writer.append(
        new ChainEntry.SegmentSealed(
            1,
            1,
            from,
            through,
            commit,
            commit,
            Optional.of(at),
            Optional.of(at),
            at,
            1,
            1,
            List.of(body)));
    return body;
  }

  /** Indexes all that there is, as if a day had passed. */
  void index() {
    new ChainIndexer(store, MAIN, SIGNER, Set.of()).catchUp(NOW.plus(Duration.ofDays(1)));
  }

  private ObjectRef body(ObjectKind kind) {
    byte[] plain = new byte[3000];
    random.nextBytes(plain);
    try (VaultWriter.Body body = writer.begin(kind, 1)) {
      body.write(plain);
      return body.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Position position(long lsn) {
    return new Position("7300000000000000001", 1, new Lsn(lsn));
  }
}
