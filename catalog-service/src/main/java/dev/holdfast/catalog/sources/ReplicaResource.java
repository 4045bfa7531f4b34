/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.sources;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.chain.CatalogRegions;
import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.catalog.replicas.Replica;
import dev.holdfast.model.SourceId;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** How far a source's copy in each region was verified. */
@Path("/api/v1/sources/{source}/replicas")
@Tag(name = "Sources")
public class ReplicaResource {

  private final ChainState chain;
  private final Coverage coverage;
  private final CatalogRegions regions;

  ReplicaResource(ChainState chain, Coverage coverage, CatalogRegions regions) {
    this.chain = chain;
    this.coverage = coverage;
    this.regions = regions;
  }

  /**
   * @param behind manifests of the chain that were not verified there yet
   * @param objects objects verified so far
   * @param bytes copied there so far; 0 in the primary region, where the worker writes
   * @param healed objects that were written again because they were missing or damaged
   * @param failures copies that failed so far
   * @param failure the newest failure, while no verification has succeeded after it
   */
  public record ReplicaView(
      String region,
      boolean primary,
      long throughManifest,
      long behind,
      Optional<Instant> verifiedAt,
      long objects,
      long bytes,
      long healed,
      long failures,
      Optional<Replica.Failure> failure) {}

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(
      operationId = "listReplicas",
      summary = "How far a source's copy in each region was verified")
  public Uni<List<ReplicaView>> list(@RestPath String source) {
    SourceId id = Parameters.source(source);
    return chain
        .require(id)
        .flatMap(
            state ->
                coverage
                    .replicas(id)
                    .map(all -> all.stream().map(each -> view(each, state.head())).toList()));
  }

  private ReplicaView view(Replica replica, long head) {
    return new ReplicaView(
        replica.region().value(),
        regions.ids().getFirst().equals(replica.region()),
        replica.throughManifest(),
        Math.max(0, head - replica.throughManifest()),
        replica.verifiedAt(),
        replica.objects(),
        replica.bytes(),
        replica.healed(),
        replica.failures(),
        replica.failure());
  }
}
