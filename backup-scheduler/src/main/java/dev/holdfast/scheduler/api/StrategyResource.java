/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.api;

import dev.holdfast.scheduler.policy.Cron;
import dev.holdfast.scheduler.policy.Policy;
import dev.holdfast.scheduler.policy.Strategy;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The policy that is followed. */
@Path("/api/v1/strategies")
@Produces(MediaType.APPLICATION_JSON)
public class StrategyResource {

  private final Policy policy;
  private final InstantSource clock;

  StrategyResource(Policy policy, InstantSource clock) {
    this.policy = policy;
    this.clock = clock;
  }

  /**
   * A strategy and what becomes of it here.
   *
   * @param driven whether its backups run
   * @param reason why they do not
   * @param next when the schedule asks for the next recovery point
   * @param nextBase when it asks for the next base snapshot
   * @param nextProof when it asks for the next proof of content
   */
  public record StrategyView(
      Strategy strategy,
      boolean driven,
      Optional<String> reason,
      Optional<Instant> next,
      Optional<Instant> nextBase,
      Optional<Instant> nextProof) {}

  @GET
  @Operation(operationId = "listStrategies", summary = "Strategies of the policy")
  public List<StrategyView> list() {
    return policy.strategies().stream().map(this::view).toList();
  }

  private StrategyView view(Strategy strategy) {
    boolean driven = strategy.obstacle().isEmpty();
    return new StrategyView(
        strategy,
        driven,
        strategy.obstacle(),
        driven ? next(strategy.schedule()) : Optional.empty(),
        driven ? strategy.baseSchedule().flatMap(this::next) : Optional.empty(),
        driven ? strategy.proofSchedule().flatMap(this::next) : Optional.empty());
  }

  private Optional<Instant> next(Cron cron) {
    return cron.nextAfter(clock.instant());
  }
}
