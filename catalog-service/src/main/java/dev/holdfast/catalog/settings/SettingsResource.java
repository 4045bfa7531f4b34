/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.settings;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.http.Page;
import dev.holdfast.catalog.recoverability.RecoverabilityConfig;
import dev.holdfast.catalog.settings.SettingsView.PolicyView;
import dev.holdfast.catalog.settings.SettingsView.RegionSettings;
import dev.holdfast.events.BackupEvent.PolicyPublished;
import dev.holdfast.service.RegionsConfig;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The strategies that are followed, and what else is set. Nothing can be changed here. */
@Path("/api/v1")
@Tag(name = "Settings", description = "The policy in force, regions and the objective")
public class SettingsResource {

  private final PolicyProjection policy;
  private final RecoverabilityConfig objective;
  private final RegionsConfig regions;

  SettingsResource(PolicyProjection policy, RecoverabilityConfig objective, RegionsConfig regions) {
    this.policy = policy;
    this.objective = objective;
    this.regions = regions;
  }

  @GET
  @Path("/strategies")
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(
      operationId = "listStrategies",
      summary = "Strategies of the policy that is followed",
      description = "Empty until the scheduler has told which policy it follows.")
  public Uni<Page<StrategyView>> strategies() {
    return policy
        .told()
        .map(
            told ->
                told.map(PolicyPublished::strategies).orElse(List.of()).stream()
                    .map(it -> StrategyView.of(it, objective.rpo()))
                    .toList())
        .map(views -> new Page<>(views, Optional.empty()));
  }

  @GET
  @Path("/settings")
  @RolesAllowed(Role.Names.VIEWER)
  @Operation(
      operationId = "getSettings",
      summary = "The policy in force, one that was refused, regions and the objective")
  public Uni<SettingsView> settings() {
    List<RegionsConfig.Region> all = regions.regions();
    return policy
        .told()
        .map(
            told ->
                new SettingsView(
                    objective.rpo().toSeconds(),
                    told.map(PolicyView::of),
                    IntStream.range(0, all.size())
                        .mapToObj(i -> RegionSettings.of(all.get(i), i == 0))
                        .toList()));
  }
}
