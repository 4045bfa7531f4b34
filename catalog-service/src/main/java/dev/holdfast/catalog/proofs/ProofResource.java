/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.proofs;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Cursor;
import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.catalog.http.Page;
import dev.holdfast.catalog.http.Parameters;
import dev.holdfast.catalog.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Proofs of content, newest first. */
@Path("/api/v1/proofs")
@Tag(
    name = "Proofs",
    description = "Whether what the vault holds is what the sources held, newest first")
public class ProofResource {

  private static final List<String> OUTCOMES = List.of("proven", "differs", "not-done");

  private final ProofProjection proofs;

  ProofResource(ProofProjection proofs) {
    this.proofs = proofs;
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(operationId = "listProofs", summary = "Proofs of content")
  public Uni<Page<ProofView>> list(
      @Parameter(description = "only of this source") @RestQuery @Nullable String source,
      @Parameter(description = "proven, differs or not-done") @RestQuery @Nullable String outcome,
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String cursor) {
    int most = Parameters.limit(limit);
    ListQuery<ProofRow> query =
        new ListQuery<>(ProofRow.class)
            .where("source = :source", "source", Optional.ofNullable(source))
            .where("outcome = :outcome", "outcome", Parameters.oneOf("outcome", outcome, OUTCOMES));
    query.olderThan(cursor, "readAt");
    return query
        .list(ProofProjection.NEWEST_FIRST, most)
        .map(found -> Page.of(found, most, row -> Cursor.of(row.readAt, row.id), proofs::view));
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Path("/{proof}")
  @Operation(operationId = "getProof", summary = "One proof of content")
  public Uni<ProofView> get(@RestPath String proof) {
    return proofs
        .find(proof)
        .map(found -> found.orElseThrow(() -> Problems.unknown("proof", proof, List.of())));
  }
}
