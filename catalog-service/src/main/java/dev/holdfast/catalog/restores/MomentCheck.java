/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.chain.KnownPoint;
import dev.holdfast.catalog.chain.PointDirectory;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.catalog.sources.Coverage;
import dev.holdfast.catalog.sources.Coverage.OfRegion;
import dev.holdfast.events.RecoveryCommand.Moment;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds a moment that somebody names to what the catalog knows can be restored. */
@ApplicationScoped
public class MomentCheck {

  private final ChainState chain;
  private final PointDirectory points;
  private final Coverage coverage;

  MomentCheck(ChainState chain, PointDirectory points, Coverage coverage) {
    this.chain = chain;
    this.points = points;
    this.coverage = coverage;
  }

  /**
   * Fails with the problem that names the field: a source, region or restore point that is not
   * known, a moment that no region covers.
   *
   * @param region only there; null: in any
   * @return the region that was named
   */
  public Uni<Optional<RegionId>> covered(SourceId source, Moment moment, @Nullable String region) {
    return chain
        .require(source)
        .chain(() -> point(source, moment))
        .chain(
            point -> coverage.of(source).map(regions -> covered(moment, region, regions, point)));
  }

  private Uni<Optional<KnownPoint>> point(SourceId source, Moment moment) {
    return moment
        .toPoint()
        .map(name -> points.require(source, name).map(Optional::of))
        .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
  }

  private static Optional<RegionId> covered(
      Moment moment, @Nullable String region, List<OfRegion> regions, Optional<KnownPoint> point) {
    Optional<RegionId> from =
        Parameters.region(region, regions.stream().map(it -> it.replica().region()).toList());
    CoveredMoment.require(
        regions.stream()
            .filter(it -> from.map(it.replica().region()::equals).orElse(true))
            .flatMap(it -> it.coverage().ranges().stream())
            .toList(),
        moment,
        point);
    return from;
  }
}
