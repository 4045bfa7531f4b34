/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.recoverability;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.alerts.IncidentProjection;
import dev.holdfast.catalog.alerts.IncidentView;
import dev.holdfast.catalog.chain.ChainKeeper;
import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.chain.SourceState;
import dev.holdfast.catalog.core.Evidence;
import dev.holdfast.catalog.core.Recoverability;
import dev.holdfast.catalog.core.RecoverabilityRules;
import dev.holdfast.catalog.findings.FindingsProjection;
import dev.holdfast.catalog.findings.FindingsView;
import dev.holdfast.catalog.proofs.ProofProjection;
import dev.holdfast.catalog.proofs.ProofStanding;
import dev.holdfast.catalog.proofs.ProofView;
import dev.holdfast.catalog.recoverability.RecoverabilityView.SourceVerdict;
import dev.holdfast.catalog.replicas.Replica;
import dev.holdfast.catalog.sources.Coverage;
import dev.holdfast.catalog.sources.RegionView;
import dev.holdfast.events.BackupEvent.FindingSeverity;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Can we recover right now? */
@Path("/api/v1/recoverability")
@Tag(name = "Recoverability", description = "Whether the sources can be recovered right now")
public class RecoverabilityResource {

  private final ChainState chain;
  private final ChainKeeper keeper;
  private final Coverage coverage;
  private final FindingsProjection findings;
  private final ProofProjection proofs;
  private final IncidentProjection incidents;
  private final RecoverabilityConfig config;
  private final InstantSource clock;

  RecoverabilityResource(
      ChainState chain,
      ChainKeeper keeper,
      Coverage coverage,
      FindingsProjection findings,
      ProofProjection proofs,
      IncidentProjection incidents,
      RecoverabilityConfig config,
      InstantSource clock) {
    this.chain = chain;
    this.keeper = keeper;
    this.coverage = coverage;
    this.findings = findings;
    this.proofs = proofs;
    this.incidents = incidents;
    this.config = config;
    this.clock = clock;
  }

  @GET
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(
      operationId = "getRecoverability",
      summary = "Whether every source can be recovered right now, and why not",
      description =
          "The verdict is 'yes' only while the newest verified recovery point of every region is"
              + " younger than the objective and nothing that it rests on is known to fail.")
  public Uni<RecoverabilityView> get() {
    return chain
        .all()
        .flatMap(
            all ->
                Multi.createFrom()
                    .iterable(all)
                    .onItem()
                    .transformToUniAndConcatenate(this::decide)
                    .collect()
                    .asList())
        .map(sources -> RecoverabilityView.of(clock.instant(), config.rpo(), sources));
  }

  private Uni<SourceVerdict> decide(SourceState source) {
    SourceId id = source.id();
    return Uni.combine()
        .all()
        .unis(
            coverage.of(id),
            proofs.standing(id),
            findings.of(id),
            chain.openHole(id),
            incidents.open(id))
        // One after the other: a request takes one connection.
        .usingConcurrencyOf(1)
        .with(
            (regions, proof, found, hole, open) ->
                decide(source, regions, proof, found, hole, open));
  }

  private SourceVerdict decide(
      SourceState source,
      List<Coverage.OfRegion> regions,
      ProofStanding proof,
      Optional<FindingsView> found,
      Optional<Evidence.Hole> hole,
      List<IncidentView> open) {
    Instant now = clock.instant();
    List<RegionView> views = regions.stream().map(each -> coverage.view(each, now)).toList();
    Evidence evidence =
        new Evidence(
            new Evidence.Capture(source.state(), source.detail(), source.stateAt()),
            views.stream().map(RecoverabilityResource::region).toList(),
            hole,
            open.stream()
                .map(each -> new Evidence.Incident(each.trigger(), each.failingSince()))
                .toList(),
            found.map(RecoverabilityResource::errors).orElse(List.of()),
            proof(proof),
            keeper.knowledge(source.id()));
    Recoverability decided = RecoverabilityRules.decide(evidence, config.rpo(), now);
    return RecoverabilityView.of(source.id(), source.state(), decided, proof, views);
  }

  private static Evidence.Region region(RegionView view) {
    return new Evidence.Region(
        new RegionId(view.region()),
        view.coveredAt(),
        view.reason(),
        view.failure().map(Replica.Failure::reason));
  }

  private static List<String> errors(FindingsView found) {
    return found.findings().stream()
        .filter(each -> each.severity() == FindingSeverity.ERROR)
        .map(each -> each.subject() + ": " + each.message())
        .toList();
  }

  private static Evidence.Proof proof(ProofStanding standing) {
    return standing
        .last()
        .<Evidence.Proof>map(RecoverabilityResource::proof)
        .orElseGet(Evidence.Proof.Never::new);
  }

  private static Evidence.Proof proof(ProofView last) {
    return switch (last.outcome()) {
      case PROVEN -> new Evidence.Proof.Proven(last.readAt());
      case DIFFERS -> new Evidence.Proof.Differs(last.detail(), last.readAt());
      case NOT_DONE -> new Evidence.Proof.NotDone(last.detail(), last.readAt());
    };
  }
}
