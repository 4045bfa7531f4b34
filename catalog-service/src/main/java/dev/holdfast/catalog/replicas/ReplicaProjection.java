/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.replicas;

import dev.holdfast.catalog.replicas.Replica.Failure;
import dev.holdfast.events.ReplicationEvent;
import dev.holdfast.events.ReplicationEvent.CopyFailed;
import dev.holdfast.events.ReplicationEvent.ObjectHealed;
import dev.holdfast.events.ReplicationEvent.RegionVerified;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what the replication service verified. Its newest word counts, by the time of the
 * verification: a copy that lost objects is reported with a lower manifest than before. Writes run
 * in the caller's transaction.
 */
@ApplicationScoped
public class ReplicaProjection {

  public Uni<Void> verified(RegionVerified event) {
    return row(event)
        .invoke(
            row -> {
              row.objects += event.objects();
              row.bytes += event.bytes();
              if (row.verifiedAt == null || !event.verifiedAt().isBefore(row.verifiedAt)) {
                row.throughManifest = event.throughManifest();
                row.verifiedAt = event.verifiedAt();
              }
            })
        .replaceWithVoid();
  }

  public Uni<Void> failed(CopyFailed event) {
    return row(event)
        .invoke(
            row -> {
              row.failures++;
              if (row.failedAt == null || event.at().isAfter(row.failedAt)) {
                row.failedObject = event.object();
                row.failedReason = event.reason();
                row.failedAt = event.at();
              }
            })
        .replaceWithVoid();
  }

  public Uni<Void> healed(ObjectHealed event) {
    return row(event).invoke(row -> row.healed++).replaceWithVoid();
  }

  /** Every region that something was told about, for one source. */
  public Uni<List<Replica>> of(SourceId source) {
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        session
                            .createSelectionQuery(
                                "from ReplicaRow where source = :source order by region",
                                ReplicaRow.class)
                            .setParameter("source", source.value())
                            .getResultList())
                .map(rows -> rows.stream().map(ReplicaProjection::toReplica).toList()));
  }

  private static Replica toReplica(ReplicaRow row) {
    Optional<Failure> failure =
        row.failedAt == null
                || row.failedObject == null
                || row.failedReason == null
                || (row.verifiedAt != null && row.verifiedAt.isAfter(row.failedAt))
            ? Optional.empty()
            : Optional.of(new Failure(row.failedObject, row.failedReason, row.failedAt));
    return new Replica(
        new RegionId(row.region),
        row.throughManifest,
        Optional.ofNullable(row.verifiedAt),
        row.objects,
        row.bytes,
        row.healed,
        row.failures,
        failure);
  }

  private static Uni<ReplicaRow> row(ReplicationEvent event) {
    String source = event.source().value();
    String region = event.region().value();
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .find(ReplicaRow.class, new ReplicaKey(source, region))
                    .onItem()
                    .ifNull()
                    .switchTo(
                        () -> {
                          ReplicaRow row = new ReplicaRow();
                          row.source = source;
                          row.region = region;
                          return session.persist(row).replaceWith(row);
                        }));
  }
}
