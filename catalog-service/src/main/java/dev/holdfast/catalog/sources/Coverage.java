/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.sources;

import dev.holdfast.catalog.chain.CatalogRegions;
import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.core.RegionCoverage;
import dev.holdfast.catalog.core.Rpo;
import dev.holdfast.catalog.replicas.Replica;
import dev.holdfast.catalog.replicas.ReplicaProjection;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings together what a chain says and what was verified of it in each region. */
@ApplicationScoped
public class Coverage {

  /** A region's copy and what can be restored from it. */
  public record OfRegion(Replica replica, RegionCoverage coverage) {}

  private final ChainState chain;
  private final ReplicaProjection replicas;
  private final CatalogRegions regions;

  Coverage(ChainState chain, ReplicaProjection replicas, CatalogRegions regions) {
    this.chain = chain;
    this.replicas = replicas;
    this.regions = regions;
  }

  /** Configured regions in their order, then others that something was verified in. */
  public Uni<List<OfRegion>> of(SourceId source) {
    return replicas(source)
        .flatMap(
            found ->
                Multi.createFrom()
                    .iterable(found)
                    .onItem()
                    .transformToUniAndConcatenate(replica -> of(source, replica))
                    .collect()
                    .asList());
  }

  /** The copies alone, in the same order. */
  Uni<List<Replica>> replicas(SourceId source) {
    return replicas.of(source).map(this::everyRegion);
  }

  private Uni<OfRegion> of(SourceId source, Replica replica) {
    return chain
        .links(source, replica.throughManifest())
        .map(
            links ->
                new OfRegion(
                    replica,
                    RegionCoverage.of(source, replica.region(), replica.throughManifest(), links)));
  }

  private List<Replica> everyRegion(List<Replica> found) {
    List<Replica> all = new ArrayList<>();
    for (RegionId region : regions.ids()) {
      all.add(
          found.stream()
              .filter(replica -> replica.region().equals(region))
              .findFirst()
              .orElseGet(() -> Replica.unverified(region)));
    }
    found.stream().filter(replica -> !regions.ids().contains(replica.region())).forEach(all::add);
    return all;
  }

  public RegionView view(OfRegion region, Instant now) {
    Replica replica = region.replica();
    boolean primary = regions.ids().getFirst().equals(replica.region());
    return switch (region.coverage().rpo(now)) {
      case Rpo.Known known ->
          new RegionView(
              replica.region().value(),
              primary,
              replica.throughManifest(),
              replica.verifiedAt(),
              Optional.of(known.coveredAt()),
              Optional.of(known.behind().toMillis() / 1000.0),
              Optional.empty(),
              replica.failure());
      case Rpo.Unprotected none ->
          new RegionView(
              replica.region().value(),
              primary,
              replica.throughManifest(),
              replica.verifiedAt(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(none.reason()),
              replica.failure());
    };
  }
}
