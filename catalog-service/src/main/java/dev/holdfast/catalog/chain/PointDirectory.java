/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.service.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the restore points of a source by their names. */
@ApplicationScoped
public class PointDirectory {

  /** Named to who asks for one that is not there. */
  private static final int NEWEST = 10;

  public Uni<Optional<KnownPoint>> find(SourceId source, PointName name) {
    return of(source)
        .where("name = :name", "name", name.value())
        .list("manifest", 1)
        .chain(
            found ->
                found.isEmpty()
                    ? Uni.createFrom().item(Optional.empty())
                    : known(found.getFirst()).map(Optional::of));
  }

  /** The point, or the problem "unknown restore point" that names those there are. */
  public Uni<KnownPoint> require(SourceId source, PointName name) {
    return find(source, name)
        .chain(
            found ->
                found
                    .map(point -> Uni.createFrom().item(point))
                    .orElseGet(
                        () ->
                            of(source)
                                .list("manifest desc", NEWEST)
                                .map(
                                    newest -> {
                                      throw unknown(source, name, newest);
                                    })));
  }

  private static ListQuery<RestorePointRow> of(SourceId source) {
    return new ListQuery<>(RestorePointRow.class)
        .where("source = :source", "source", source.value());
  }

  private static Problem unknown(SourceId source, PointName name, List<RestorePointRow> newest) {
    return Problem.notFound(
            "unknown-restore-point",
            "Unknown restore point",
            "source '%s' has no restore point '%s'".formatted(source, name))
        .at("toPoint")
        .fix(
            newest.isEmpty()
                ? "the source has none"
                : "it has "
                    + newest.stream()
                        .limit(NEWEST)
                        .map(row -> "'" + row.name + "'")
                        .collect(Collectors.joining(", "))
                    + (newest.size() > NEWEST ? " and older ones" : ""));
  }

  private static Uni<KnownPoint> known(RestorePointRow point) {
    return new ListQuery<>(SwitchRow.class)
        .where("source = :source", "source", point.source)
        .where("fromTimeline = :timeline", "timeline", point.timeline)
        .where("systemId = :system", "system", point.systemId)
        .list("manifest", Integer.MAX_VALUE - 1)
        .map(
            left ->
                new KnownPoint(
                    new PointName(point.name),
                    point.timeline,
                    point.lsn,
                    left.stream()
                        .map(row -> row.fork)
                        .filter(fork -> fork.isBefore(point.lsn))
                        .findFirst()));
  }
}
