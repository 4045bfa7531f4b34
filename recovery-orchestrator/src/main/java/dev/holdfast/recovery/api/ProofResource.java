/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import dev.holdfast.recovery.proof.ProofReport;
import dev.holdfast.recovery.proof.ProofStore;
import dev.holdfast.service.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What came of proofs, with the keys of rows that differ: they are told nowhere else. */
@Path("/api/v1/proofs")
@Produces(MediaType.APPLICATION_JSON)
public class ProofResource {

  private final ProofStore proofs;

  ProofResource(ProofStore proofs) {
    this.proofs = proofs;
  }

  /** Some proofs, newest first. */
  public record Proofs(List<ProofReport> items) {}

  @GET
  @Operation(operationId = "listProofs", summary = "Proofs of content, with keys that differ")
  public Proofs list(
      @Parameter(description = "only of this source") @RestQuery @Nullable String source,
      @Parameter(description = "1 to 500, else 100") @RestQuery @Nullable String limit) {
    return new Proofs(
        proofs.list(Optional.ofNullable(source), limit == null ? 100 : RunResource.limit(limit)));
  }

  @GET
  @Path("/{proof}")
  @Operation(operationId = "getProof", summary = "One proof of content")
  public ProofReport get(@RestPath String proof) {
    return proofs
        .find(proof)
        .orElseThrow(
            () ->
                Problem.notFound(
                        "unknown-proof",
                        "Unknown proof",
                        "there is no proof '" + proof + "' that has ended")
                    .at("proof")
                    .fix("list them with GET /api/v1/proofs"));
  }
}
