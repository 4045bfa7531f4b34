/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.findings;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.model.SourceId;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** What would make a source's backup inexact or the source unsafe, with the fix for each. */
@Path("/api/v1/sources/{source}/findings")
@Tag(name = "Sources")
public class FindingsResource {

  private final ChainState chain;
  private final FindingsProjection findings;

  FindingsResource(ChainState chain, FindingsProjection findings) {
    this.chain = chain;
    this.findings = findings;
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(
      operationId = "listFindings",
      summary = "What the last look at a source found, worst first, with the fix for each")
  public Uni<FindingsView> list(@RestPath String source) {
    SourceId id = Parameters.source(source);
    return chain
        .require(id)
        .chain(() -> findings.of(id))
        .map(
            found ->
                found.orElseGet(
                    () -> new FindingsView(id.value(), Optional.empty(), List.of(), 0)));
  }
}
