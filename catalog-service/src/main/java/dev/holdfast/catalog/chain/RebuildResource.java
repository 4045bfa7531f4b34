/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.chain.ChainSync.Rebuilt;
import dev.holdfast.catalog.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Builds the catalog anew. */
@Path("/api/v1/rebuild")
@Tag(name = "Rebuild", description = "Builds the catalog anew from the vault")
public class RebuildResource {

  private final ChainKeeper keeper;

  RebuildResource(ChainKeeper keeper) {
    this.keeper = keeper;
  }

  /**
   * What was read of one source.
   *
   * @param region the region that it was read from
   * @param manifests how many manifests its chain has
   */
  public record RebuiltSource(String source, String region, long manifests) {}

  /** What a rebuild has read. */
  public record RebuildResult(List<RebuiltSource> sources) {}

  @POST
  @RolesAllowed(Role.Names.ADMIN)
  @Operation(
      operationId = "rebuild",
      summary = "Forget what the catalog holds of the chains and read them anew from the vault",
      description =
          "Answers when it is done. Backups, runs and what was verified per region are no part of"
              + " the vault and stay. Refused when the regions that can be read now hold less than"
              + " the catalog does.")
  public Uni<RebuildResult> rebuild() {
    return keeper
        .rebuild()
        .map(
            done ->
                new RebuildResult(
                    done.stream()
                        .map(
                            (Rebuilt one) ->
                                new RebuiltSource(
                                    one.source().value(), one.region().value(), one.manifests()))
                        .toList()))
        .onFailure(RebuildRefusedException.class)
        .transform(Problems::rebuildRefused);
  }
}
