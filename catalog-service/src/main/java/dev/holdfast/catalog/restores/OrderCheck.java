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
import dev.holdfast.events.RecoveryCommand.Order;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds what is asked for to what the catalog knows, before the orchestrator hears of it. */
@ApplicationScoped
class OrderCheck {

  private final ChainState chain;
  private final PointDirectory points;
  private final Coverage coverage;

  OrderCheck(ChainState chain, PointDirectory points, Coverage coverage) {
    this.chain = chain;
    this.points = points;
    this.coverage = coverage;
  }

  /**
   * The order as commands carry it. Fails with the problem that names the field: a source, region
   * or restore point that is not known, a moment that no region covers.
   */
  Uni<Order> checked(RestoreOrder asked) {
    Order order =
        new Order(
            asked.sourceId(),
            asked.moment(),
            asked.except(),
            asked.scope(),
            asked.database(),
            asked.credentialsName(),
            Optional.empty());
    return chain
        .require(order.source())
        .chain(() -> point(order.source(), order.moment()))
        .chain(
            point ->
                coverage
                    .of(order.source())
                    .map(regions -> from(order, covered(order, asked.region(), regions, point))));
  }

  private Uni<Optional<KnownPoint>> point(SourceId source, Moment moment) {
    return moment
        .toPoint()
        .map(name -> points.require(source, name).map(Optional::of))
        .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
  }

  private static Optional<RegionId> covered(
      Order order, @Nullable String region, List<OfRegion> regions, Optional<KnownPoint> point) {
    Optional<RegionId> from =
        Parameters.region(region, regions.stream().map(it -> it.replica().region()).toList());
    CoveredMoment.require(
        regions.stream()
            .filter(it -> from.map(it.replica().region()::equals).orElse(true))
            .flatMap(it -> it.coverage().ranges().stream())
            .toList(),
        order.moment(),
        point);
    return from;
  }

  private static Order from(Order order, Optional<RegionId> region) {
    return new Order(
        order.source(),
        order.moment(),
        order.exceptXid(),
        order.scope(),
        order.into(),
        order.credentials(),
        region);
  }
}
