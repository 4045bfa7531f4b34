/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.catalog.core.Evidence;
import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.catalog.http.Problems;
import dev.holdfast.events.BackupEvent.CaptureStateChanged;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainLink;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Answers what is known of sources and their chains. */
@ApplicationScoped
public class ChainState {

  private final ChainProjection projection;
  private final KnownLinks links;

  ChainState(ChainProjection projection, KnownLinks links) {
    this.projection = projection;
    this.links = links;
  }

  /** The source, or the problem "unknown source" that names those there are. */
  public Uni<SourceState> require(SourceId source) {
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(session -> session.find(SourceRow.class, source.value()))
                .onItem()
                .ifNotNull()
                .transform(ChainState::toState)
                .onItem()
                .ifNull()
                .switchTo(
                    () ->
                        all()
                            .map(
                                known -> {
                                  throw Problems.unknown(
                                      "source",
                                      source.value(),
                                      known.stream().map(SourceState::id).toList());
                                })));
  }

  public Uni<List<SourceState>> all() {
    return new ListQuery<>(SourceRow.class)
        .list("id", Integer.MAX_VALUE - 1)
        .map(rows -> rows.stream().map(ChainState::toState).toList());
  }

  /**
   * The source's chain up to and including manifest {@code through}, segments folded. A link that
   * {@code through} cuts is folded again from its segments.
   */
  public Uni<List<ChainLink>> links(SourceId source, long through) {
    return links
        .of(source)
        .map(all -> all.stream().takeWhile(link -> link.first() <= through).toList())
        .flatMap(
            found ->
                found.isEmpty() || found.getLast().last() <= through
                    ? Uni.createFrom().item(found)
                    : segments(source, found.getLast().first(), through)
                        .map(
                            folded -> {
                              List<ChainLink> cut = new ArrayList<>(found);
                              cut.removeLast();
                              cut.addAll(folded);
                              return cut;
                            }));
  }

  private static Uni<List<ChainLink>> segments(SourceId source, long first, long last) {
    return new ListQuery<>(SegmentRow.class)
        .where("source = :source", "source", source.value())
        .where("manifest >= :first", "first", first)
        .where("manifest <= :last", "last", last)
        .list("manifest", ChainLink.MOST_SEGMENTS)
        .map(
            rows ->
                ChainLink.fold(
                    rows.stream()
                        .map(
                            row ->
                                new ChainLink(
                                    row.manifest, row.manifest, row.sealedAt, 1, row.toEntry()))
                        .toList()));
  }

  /** The newest hole, while no base snapshot has followed it. */
  public Uni<Optional<Evidence.Hole>> openHole(SourceId source) {
    return new ListQuery<>(HoleRow.class)
        .where(
            "source = :source and manifest > coalesce((select max(b.manifest) from BaseRow b"
                + " where b.source = :source), 0)",
            "source",
            source.value())
        .list("manifest desc", 1)
        .map(
            rows ->
                rows.stream()
                    .findFirst()
                    .map(row -> new Evidence.Hole(row.reason, row.recordedAt)));
  }

  /** Makes a source known before its chain says anything. */
  public Uni<Void> know(SourceId source) {
    return projection.know(source);
  }

  /**
   * Keeps the newest word of a source's worker. Runs in the caller's transaction.
   *
   * <p>It writes its own columns and no others: the row's head belongs to who adds manifests, and
   * may be on its way while this waits for the row.
   */
  public Uni<Void> stateChanged(CaptureStateChanged event) {
    return projection
        .know(event.source())
        .chain(Panache::getSession)
        .flatMap(
            session ->
                session
                    .createMutationQuery(
                        "update SourceRow set state = :state, stateDetail = :detail, stateAt = :at"
                            + " where id = :id and (stateAt is null or stateAt <= :at)")
                    .setParameter("state", event.state().name().toLowerCase(Locale.ROOT))
                    .setParameter("detail", event.detail())
                    .setParameter("at", event.at())
                    .setParameter("id", event.source().value())
                    .executeUpdate())
        .replaceWithVoid();
  }

  private static SourceState toState(SourceRow row) {
    return new SourceState(
        new SourceId(row.id),
        row.state,
        row.stateDetail,
        Optional.ofNullable(row.stateAt),
        Optional.ofNullable(row.epoch),
        Optional.ofNullable(row.slot),
        Optional.ofNullable(row.systemId),
        Optional.ofNullable(row.timeline),
        row.head,
        Optional.ofNullable(row.through),
        Optional.ofNullable(row.coveredAt),
        SegmentRow.commit(row.lastCommit, row.lastCommitAt, row.lastCommitXid));
  }
}
