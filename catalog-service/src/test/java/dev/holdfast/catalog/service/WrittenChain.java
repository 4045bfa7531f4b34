/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A source's chain as a worker writes it; LSNs count seconds from its beginning. */
final class WrittenChain {

  static final SourceId MAIN = new SourceId("main");
  static final Instant START = Instant.parse("2026-11-23T08:00:00Z");

  private final VaultWriter writer;

  private WrittenChain(VaultWriter writer) {
    this.writer = writer;
  }

  static WrittenChain in(ObjectStore store, SigningKey signer) {
    return new WrittenChain(
        VaultWriter.open(
            store,
            MAIN,
            List.of(Identity.generate().recipient()),
            signer,
            InstantSource.fixed(START)));
  }

  void epoch(int epoch, long from) {
    writer.append(new ChainEntry.EpochOpened(epoch, "holdfast_main", position(from), 150019));
  }

  void base(int epoch, String name, long at) {
    writer.append(
        new ChainEntry.BaseSealed(
            epoch,
            name,
            position(at),
            time(at),
            "0".repeat(64),
            body(ObjectKind.BASE_INDEX),
            List.of(body(ObjectKind.SCHEMA), body(ObjectKind.ROWS)),
            1,
            10));
  }

  void segment(int epoch, long from, long through) {
    Optional<CommitPoint> commit =
        Optional.of(new CommitPoint(new Lsn(through), time(through), through));
    writer.append(
        new ChainEntry.SegmentSealed(
            epoch,
            1,
            new Lsn(from),
            new Lsn(through),
            commit,
            commit,
            Optional.of(time(through)),
            Optional.of(time(through)),
            time(through),
            1,
            1,
            List.of(body(ObjectKind.SEGMENT))));
  }

  void hole(int epoch, long after) {
    writer.append(
        new ChainEntry.HoleRecorded(epoch, position(after), "the slot was lost", time(after)));
  }

  void point(int epoch, String name, long at) {
    writer.append(
        new ChainEntry.RestorePoint(
            epoch, new PointName(name), position(at), time(at), "ada", "request-1"));
  }

  /** A promotion; what follows is on the new timeline. */
  void promotion(int epoch, long fork) {
    writer.append(
        new ChainEntry.TimelineSwitched(
            epoch, position(fork).systemId(), 1, 2, new Lsn(fork), 1, time(fork)));
  }

  static Instant time(long lsn) {
    return START.plusSeconds(lsn);
  }

  static Position position(long lsn) {
    return new Position("7300000000000000001", 1, new Lsn(lsn));
  }

  private ObjectRef body(ObjectKind kind) {
    try (VaultWriter.Body body = writer.begin(kind, 1)) {
      body.write("what a worker has read".getBytes(StandardCharsets.UTF_8));
      return body.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
