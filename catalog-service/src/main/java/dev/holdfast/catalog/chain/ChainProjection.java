/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.EpochOpened;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.RestorePoint;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import dev.holdfast.vault.chain.ChainEntry.TimelineSwitched;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.Session;
import org.jspecify.annotations.Nullable;

/**
 * Adds manifests to the catalog in the order of their numbers. Nothing else writes what a chain
 * says, whether an event, a start or a rebuild asked for it.
 */
@ApplicationScoped
class ChainProjection {

  private final LinkJson json;

  ChainProjection(LinkJson json) {
    this.json = json;
  }

  /** Number of the last manifest in the catalog; 0 for none. */
  Uni<Long> head(SourceId source) {
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(session -> session.find(SourceRow.class, source.value()))
                .map(row -> row == null ? 0L : row.head));
  }

  /** Makes the source known before its chain says anything. */
  Uni<Void> know(SourceId source) {
    return Panache.withTransaction(
            () ->
                Panache.getSession()
                    .flatMap(
                        session ->
                            session
                                .createNativeQuery(
                                    "insert into source (id) values (:id) on conflict do nothing")
                                .setParameter("id", source.value())
                                .executeUpdate()))
        .replaceWithVoid();
  }

  /**
   * Applies those of {@code manifests} that follow the catalog's head, in one transaction.
   *
   * @param fresh forget what the catalog holds of the chain first
   * @return the head afterwards
   */
  Uni<Long> apply(SourceId source, List<Manifest> manifests, boolean fresh) {
    return Panache.withTransaction(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        locked(session, source)
                            .call(row -> fresh ? forget(session, row) : nothing())
                            .flatMap(
                                row ->
                                    lastLink(session, source)
                                        .flatMap(link -> add(session, row, link, manifests)))));
  }

  /** The lock makes a second catalog process wait, and then skip what the first has added. */
  private Uni<SourceRow> locked(Session session, SourceId source) {
    return session.find(SourceRow.class, source.value(), LockModeType.PESSIMISTIC_WRITE);
  }

  private static Uni<Void> forget(Session session, SourceRow row) {
    Uni<Void> done = nothing();
    for (Class<?> type :
        List.of(
            EpochRow.class,
            BaseRow.class,
            SegmentRow.class,
            HoleRow.class,
            SwitchRow.class,
            RestorePointRow.class,
            LinkRow.class)) {
      done =
          done.chain(
              () ->
                  session
                      .createMutationQuery(
                          "delete from " + type.getSimpleName() + " where source = :source")
                      .setParameter("source", row.id)
                      .executeUpdate()
                      .replaceWithVoid());
    }
    return done.chain(() -> SegmentRollup.forget(session, new SourceId(row.id)))
        .invoke(row::forgetChain)
        .replaceWithVoid();
  }

  private static Uni<@Nullable LinkRow> lastLink(Session session, SourceId source) {
    return session
        .createSelectionQuery(
            "from LinkRow where source = :source order by firstManifest desc", LinkRow.class)
        .setParameter("source", source.value())
        .setMaxResults(1)
        .getSingleResultOrNull();
  }

  private Uni<Long> add(
      Session session, SourceRow source, @Nullable LinkRow last, List<Manifest> manifests) {
    List<Object> rows = new ArrayList<>();
    @Nullable LinkRow link = last;
    for (Manifest manifest : manifests) {
      if (manifest.number() <= source.head) {
        continue;
      }
      if (manifest.number() != source.head + 1) {
        throw new IllegalStateException(
            "manifest %d of source %s cannot follow %d: the ones between are missing"
                .formatted(manifest.number(), source.id, source.head));
      }
      link = applyManifest(source, link, manifest, rows);
    }
    List<SegmentRow> segments =
        rows.stream().filter(SegmentRow.class::isInstance).map(SegmentRow.class::cast).toList();
    return session
        .persistAll(rows.toArray())
        .chain(() -> SegmentRollup.add(session, new SourceId(source.id), segments))
        .map(done -> source.head);
  }

  /** Adds one manifest: its own row, the source's state, the link that recovery points rest on. */
  private LinkRow applyManifest(
      SourceRow source, @Nullable LinkRow last, Manifest manifest, List<Object> rows) {
    source.head = manifest.number();
    source.headAt = manifest.at();
    source.epoch = manifest.entry().epoch();
    switch (manifest.entry()) {
      case EpochOpened e -> rows.add(epoch(source, manifest, e));
      case SegmentSealed s -> rows.add(segment(source, manifest, s));
      case BaseSealed b -> rows.add(base(source, manifest, b));
      case HoleRecorded h -> rows.add(hole(manifest, h));
      case TimelineSwitched t -> rows.add(timeline(source, manifest, t));
      case RestorePoint p -> rows.add(point(manifest, p));
      case SchemaRecorded schema -> {
        // Its link is all that recovery points need of it.
      }
      case TablesLost lost -> {
        // Likewise.
      }
      case TableBaseSealed base -> {
        // Likewise.
      }
    }
    ChainLink link = ChainLink.of(manifest);
    if (last != null) {
      var folded = json.toLink(last).with(link);
      if (folded.isPresent()) {
        json.fill(last, folded.get());
        return last;
      }
    }
    LinkRow own = new LinkRow();
    own.source = source.id;
    json.fill(own, link);
    rows.add(own);
    return own;
  }

  private static EpochRow epoch(SourceRow source, Manifest manifest, EpochOpened entry) {
    source.slot = entry.slot();
    source.systemId = entry.start().systemId();
    source.timeline = entry.start().timeline();
    source.through = null;
    source.coveredAt = null;
    EpochRow row = new EpochRow();
    row.source = source.id;
    row.manifest = manifest.number();
    row.epoch = entry.epoch();
    row.slot = entry.slot();
    row.systemId = entry.start().systemId();
    row.timeline = entry.start().timeline();
    row.start = entry.start().lsn();
    row.serverVersion = entry.serverVersion();
    row.openedAt = manifest.at();
    return row;
  }

  private static SegmentRow segment(SourceRow source, Manifest manifest, SegmentSealed entry) {
    source.timeline = entry.timeline();
    source.through = entry.through();
    source.coveredAt = entry.coveredAt();
    SegmentRow row = new SegmentRow();
    row.source = source.id;
    row.manifest = manifest.number();
    row.epoch = entry.epoch();
    row.timeline = entry.timeline();
    row.from = entry.from();
    row.through = entry.through();
    if (entry.firstCommit().isPresent()) {
      CommitPoint commit = entry.firstCommit().get();
      row.firstCommit = commit.end();
      row.firstCommitAt = commit.time();
      row.firstCommitXid = commit.xid();
    }
    if (entry.lastCommit().isPresent()) {
      CommitPoint commit = entry.lastCommit().get();
      row.lastCommit = source.lastCommit = commit.end();
      row.lastCommitAt = source.lastCommitAt = commit.time();
      row.lastCommitXid = source.lastCommitXid = commit.xid();
    }
    row.earliestAt = entry.earliestTime().orElse(null);
    row.latestAt = entry.latestTime().orElse(null);
    row.coveredAt = entry.coveredAt();
    row.sealedAt = manifest.at();
    row.transactions = entry.transactions();
    row.changes = entry.changes();
    row.bytes = entry.bodies().stream().mapToLong(ObjectRef::size).sum();
    return row;
  }

  private static BaseRow base(SourceRow source, Manifest manifest, BaseSealed entry) {
    if (source.through == null) {
      source.through = entry.position().lsn();
      source.coveredAt = entry.snapshotAt();
    }
    BaseRow row = new BaseRow();
    row.source = source.id;
    row.manifest = manifest.number();
    row.base = entry.base();
    row.epoch = entry.epoch();
    row.systemId = entry.position().systemId();
    row.timeline = entry.position().timeline();
    row.lsn = entry.position().lsn();
    row.snapshotAt = entry.snapshotAt();
    row.sealedAt = manifest.at();
    row.tables = entry.tables();
    row.rows = entry.rows();
    row.objects = entry.objects().size() + 1;
    row.bytes = entry.index().size() + entry.objects().stream().mapToLong(ObjectRef::size).sum();
    return row;
  }

  private static HoleRow hole(Manifest manifest, HoleRecorded entry) {
    HoleRow row = new HoleRow();
    row.source = manifest.source().value();
    row.manifest = manifest.number();
    row.epoch = entry.epoch();
    row.systemId = entry.after().systemId();
    row.timeline = entry.after().timeline();
    row.after = entry.after().lsn();
    row.reason = entry.reason();
    row.recordedAt = entry.at();
    return row;
  }

  private static RestorePointRow point(Manifest manifest, RestorePoint entry) {
    RestorePointRow row = new RestorePointRow();
    row.source = manifest.source().value();
    row.manifest = manifest.number();
    row.epoch = entry.epoch();
    row.name = entry.name().value();
    row.systemId = entry.position().systemId();
    row.timeline = entry.position().timeline();
    row.lsn = entry.position().lsn();
    row.requestedBy = entry.requestedBy();
    row.madeAt = entry.at();
    return row;
  }

  private static SwitchRow timeline(SourceRow source, Manifest manifest, TimelineSwitched entry) {
    source.systemId = entry.systemId();
    source.timeline = entry.toTimeline();
    source.through = entry.fork();
    if (source.lastCommit != null && source.lastCommit.isAfter(entry.fork())) {
      // Orphaned; which commit before the fork was the last one, the next segment's reader knows.
      source.lastCommit = null;
      source.lastCommitAt = null;
      source.lastCommitXid = null;
    }
    SwitchRow row = new SwitchRow();
    row.source = source.id;
    row.manifest = manifest.number();
    row.epoch = entry.epoch();
    row.systemId = entry.systemId();
    row.fromTimeline = entry.fromTimeline();
    row.toTimeline = entry.toTimeline();
    row.fork = entry.fork();
    row.orphanedTransactions = entry.orphanedTransactions();
    row.switchedAt = entry.at();
    return row;
  }

  private static Uni<Void> nothing() {
    return Uni.createFrom().voidItem();
  }
}
