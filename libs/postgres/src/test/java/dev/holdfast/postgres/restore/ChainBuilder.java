/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.EpochOpened;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.LostTable;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import dev.holdfast.vault.chain.ChainEntry.TimelineSwitched;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes chains as a test tells them; LSNs and times are small numbers. */
final class ChainBuilder {

  static final Instant MIDNIGHT = Instant.parse("2026-11-23T00:00:00Z");
  static final String CLUSTER = "7412345678901234567";

  /** A commit in a segment. */
  record Commit(long end, int second) {}

  private final List<Manifest> manifests = new ArrayList<>();
  private String cluster = CLUSTER;
  private int epoch = 1;
  private int timeline = 1;

  static Instant at(int second) {
    return MIDNIGHT.plusSeconds(second);
  }

  static Commit commit(long end, int second) {
    return new Commit(end, second);
  }

  ChainBuilder epoch(int number, long start) {
    epoch = number;
    return add(
        new EpochOpened(
            epoch, "holdfast_main", new Position(cluster, timeline, new Lsn(start)), 150019));
  }

  ChainBuilder cluster(String id) {
    cluster = id;
    timeline = 1;
    return this;
  }

  ChainBuilder base(String name, long position, int second) {
    return baseOn(timeline, name, position, second);
  }

  ChainBuilder baseOn(int onTimeline, String name, long position, int second) {
    return add(
        new BaseSealed(
            epoch,
            name,
            new Position(cluster, onTimeline, new Lsn(position)),
            at(second),
            "catalog",
            object(ObjectKind.BASE_INDEX),
            List.of(object(ObjectKind.ROWS)),
            1,
            100));
  }

  ChainBuilder segment(long from, long through, int coveredAt, Commit... commits) {
    List<Commit> all = List.of(commits);
    Stream<Instant> times = all.stream().map(commit -> at(commit.second()));
    List<Instant> sorted = times.sorted().toList();
    return add(
        new SegmentSealed(
            epoch,
            timeline,
            new Lsn(from),
            new Lsn(through),
            all.isEmpty() ? Optional.empty() : Optional.of(point(all.getFirst())),
            all.isEmpty() ? Optional.empty() : Optional.of(point(all.getLast())),
            sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.getFirst()),
            sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.getLast()),
            at(coveredAt),
            all.size(),
            all.size(),
            all.isEmpty() ? List.of() : List.of(object(ObjectKind.SEGMENT))));
  }

  /** Definitions change at {@code position}, and are recorded or not. */
  ChainBuilder schema(long position, boolean known) {
    return add(
        new SchemaRecorded(
            epoch,
            new Position(cluster, timeline, new Lsn(position)),
            position,
            at(0),
            known ? Optional.of("catalog") : Optional.empty(),
            known ? Optional.of(object(ObjectKind.BASE_INDEX)) : Optional.empty(),
            known ? List.of(object(ObjectKind.SCHEMA)) : List.of()));
  }

  /** The rows of these tables are not known from {@code position} on. */
  ChainBuilder lost(long position, long... tables) {
    return add(
        new TablesLost(
            epoch,
            new Position(cluster, timeline, new Lsn(position)),
            at(0),
            "it was rewritten",
            Arrays.stream(tables).mapToObj(oid -> new LostTable(oid, "public.t" + oid)).toList()));
  }

  ChainBuilder tableBase(String name, long position, int second, long... tables) {
    return add(
        new TableBaseSealed(
            epoch,
            name,
            new Position(cluster, timeline, new Lsn(position)),
            at(second),
            Arrays.stream(tables).boxed().toList(),
            object(ObjectKind.BASE_INDEX),
            List.of(object(ObjectKind.ROWS)),
            10));
  }

  ChainBuilder hole(long after, String reason) {
    return add(
        new HoleRecorded(epoch, new Position(cluster, timeline, new Lsn(after)), reason, at(0)));
  }

  /** Promotes: the old timeline ends at {@code fork}. */
  ChainBuilder promoted(long fork, long orphaned) {
    epoch++;
    int from = timeline++;
    return add(
        new TimelineSwitched(epoch, cluster, from, timeline, new Lsn(fork), orphaned, at(0)));
  }

  List<Manifest> chain() {
    return List.copyOf(manifests);
  }

  private static CommitPoint point(Commit commit) {
    return new CommitPoint(new Lsn(commit.end()), at(commit.second()), commit.end());
  }

  private ObjectRef object(ObjectKind kind) {
    String name = "sources/main/data/%06d/20261123/%032x".formatted(epoch, manifests.size());
    return new ObjectRef(new ObjectKey(name), kind, 1000, "0".repeat(64), "key");
  }

  private ChainBuilder add(ChainEntry entry) {
    manifests.add(
        new Manifest(
            Manifest.FORMAT,
            new SourceId("main"),
            manifests.size() + 1L,
            "0".repeat(64),
            "signer",
            at(0),
            entry));
    return this;
  }
}
