/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.sources;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.chain.SourceState;
import dev.holdfast.catalog.http.Cursor;
import dev.holdfast.catalog.http.Page;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.catalog.proofs.ProofProjection;
import dev.holdfast.catalog.proofs.ProofStanding;
import dev.holdfast.catalog.sources.Coverage.OfRegion;
import dev.holdfast.model.Position;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.RecoveryRange;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Sources, what of them can be restored from where, and how stale that is. */
@Path("/api/v1/sources")
@Tag(
    name = "Sources",
    description = "Protected sources, what of them can be restored from where, and how stale it is")
public class SourceResource {

  private final ChainState chain;
  private final Coverage coverage;
  private final ProofProjection proofs;
  private final InstantSource clock;

  SourceResource(ChainState chain, Coverage coverage, ProofProjection proofs, InstantSource clock) {
    this.chain = chain;
    this.coverage = coverage;
    this.proofs = proofs;
    this.clock = clock;
  }

  /** Data that would be lost if a region were all that is left, per region. */
  public record RpoView(String source, Instant at, List<RegionView> regions) {}

  /**
   * A stretch of history in which every target can be restored from {@code region}.
   *
   * @param fromTime when its base snapshot was taken
   * @param throughTime everything committed before this moment is in it
   * @param base the base snapshot that it starts from
   */
  public record RecoveryPoints(
      String region,
      Position from,
      Instant fromTime,
      Position through,
      Instant throughTime,
      String base) {

    static RecoveryPoints of(RegionId region, RecoveryRange range) {
      return new RecoveryPoints(
          region.value(),
          range.from(),
          range.fromTime(),
          range.through(),
          range.throughTime(),
          range.base());
    }

    Cursor cursor() {
      return Cursor.of(region, base);
    }
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "listSources", summary = "All sources")
  public Uni<Page<SourceView>> list(
      @RestQuery @Nullable String limit, @RestQuery @Nullable String cursor) {
    int most = Parameters.limit(limit);
    String after = Parameters.cursor(cursor, 1).map(List::getFirst).orElse("");
    return chain
        .all()
        .map(
            all ->
                all.stream()
                    .filter(source -> source.id().value().compareTo(after) > 0)
                    .limit(most + 1L)
                    .toList())
        .flatMap(
            found ->
                Multi.createFrom()
                    .iterable(found)
                    .onItem()
                    .transformToUniAndConcatenate(this::view)
                    .collect()
                    .asList())
        .map(views -> Page.of(views, most, view -> Cursor.of(view.id()), view -> view));
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/{source}")
  @Operation(operationId = "getSource", summary = "One source")
  public Uni<SourceView> get(@RestPath String source) {
    return chain.require(Parameters.source(source)).flatMap(this::view);
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/{source}/rpo")
  @Operation(operationId = "getRpo", summary = "RPO of a source right now, per region")
  public Uni<RpoView> rpo(
      @RestPath String source,
      @Parameter(description = "only this region") @RestQuery @Nullable String region) {
    SourceId id = Parameters.source(source);
    return chain
        .require(id)
        .chain(() -> coverage.of(id))
        .map(
            all -> {
              Optional<RegionId> only = Parameters.region(region, known(all));
              Instant now = clock.instant();
              return new RpoView(
                  id.value(),
                  now,
                  all.stream()
                      .filter(one -> only.map(one.replica().region()::equals).orElse(true))
                      .map(one -> coverage.view(one, now))
                      .toList());
            });
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/{source}/recovery-points")
  @Operation(
      operationId = "listRecoveryPoints",
      summary = "What can be restored, per region",
      description =
          "Every target inside a range can be restored from its region: all that it needs is there"
              + " and was verified. Ranges of different base snapshots may overlap.")
  public Uni<Page<RecoveryPoints>> recoveryPoints(
      @RestPath String source,
      @Parameter(description = "only this region") @RestQuery @Nullable String region,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    SourceId id = Parameters.source(source);
    int most = Parameters.limit(limit);
    Optional<List<String>> after = Parameters.cursor(cursor, 2);
    return chain
        .require(id)
        .chain(() -> coverage.of(id))
        .map(
            all -> {
              Optional<RegionId> only = Parameters.region(region, known(all));
              List<RecoveryPoints> points = new ArrayList<>();
              for (OfRegion one : all) {
                if (only.map(one.replica().region()::equals).orElse(true)) {
                  one.coverage().ranges().stream()
                      .map(range -> RecoveryPoints.of(one.replica().region(), range))
                      .forEach(points::add);
                }
              }
              int start = after.map(key -> indexAfter(points, key, cursor)).orElse(0);
              List<RecoveryPoints> rest =
                  points.subList(start, Math.min(points.size(), start + most + 1));
              return Page.of(rest, most, RecoveryPoints::cursor, point -> point);
            });
  }

  private static int indexAfter(
      List<RecoveryPoints> points, List<String> key, @Nullable String cursor) {
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i).cursor().key().equals(key)) {
        return i + 1;
      }
    }
    throw Parameters.badCursor(cursor);
  }

  private static List<RegionId> known(List<OfRegion> all) {
    return all.stream().map(one -> one.replica().region()).toList();
  }

  private Uni<SourceView> view(SourceState source) {
    return coverage
        .of(source.id())
        .flatMap(all -> proofs.standing(source.id()).map(standing -> view(source, all, standing)));
  }

  private SourceView view(SourceState source, List<OfRegion> all, ProofStanding standing) {
    Instant now = clock.instant();
    return new SourceView(
        source.id().value(),
        source.state(),
        source.detail(),
        source.stateAt(),
        source.epoch(),
        source.slot(),
        source.systemId(),
        source.timeline(),
        source.head(),
        source.through(),
        source.coveredAt(),
        source.lastCommit(),
        standing,
        all.stream().map(one -> coverage.view(one, now)).toList());
  }
}
