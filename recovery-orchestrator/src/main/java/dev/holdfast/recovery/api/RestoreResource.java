/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import dev.holdfast.events.RecoveryCommand.Scope;
import dev.holdfast.events.RecoveryCommand.Target;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.model.PointName;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.restore.PlanSummary;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.search.TransactionTarget;
import dev.holdfast.recovery.restore.RestorePreparation;
import dev.holdfast.recovery.restore.RestoreProblems;
import dev.holdfast.recovery.restore.RestoreRefusedException;
import dev.holdfast.recovery.restore.TargetCredentials;
import dev.holdfast.recovery.run.RestoreOrder;
import dev.holdfast.recovery.store.PostgresRunStore;
import dev.holdfast.service.Problem;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.StoreException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Takes restores, after having looked whether they can be done. */
@Path("/api/v1/restores")
@Tag(name = "Restores", description = "Restores of a source, or of some of its tables")
public class RestoreResource {

  private final RestorePreparation preparation;
  private final TargetCredentials credentials;
  private final RecoveryRequests requests;
  private final PostgresRunStore store;
  private final InstantSource clock;

  RestoreResource(
      RestorePreparation preparation,
      TargetCredentials credentials,
      RecoveryRequests requests,
      PostgresRunStore store,
      InstantSource clock) {
    this.preparation = preparation;
    this.credentials = credentials;
    this.requests = requests;
    this.store = store;
    this.clock = clock;
  }

  /**
   * @param run to be looked at with {@code GET /api/v1/runs/<run>}
   * @param plan what will be restored, for people
   */
  public record Accepted(String run, String plan) {}

  /** A restore that was found to be possible. */
  private record Checked(
      SourceId source, RestoreOrder order, Optional<Credentials> own, RestorePlan.Reachable plan) {}

  @POST
  @ResponseStatus(202)
  @Operation(operationId = "restore", summary = "Restore a source into a database")
  public Accepted restore(@Nullable RestoreRequest request) {
    RestoreRequest asked = required(request);
    Checked checked = check(asked, preparation::requireConfirmed);
    RunId run = new RunId("restore-" + UUID.randomUUID());
    checked.own().ifPresent(it -> credentials.keep(run, it));
    store.inTransaction(
        () ->
            requests.restore(
                run,
                checked.source(),
                checked.order(),
                Optional.ofNullable(asked.requestedBy()).orElse("api"),
                Correlation.of(run.value())));
    requests.wake();
    return new Accepted(run.value(), checked.plan().describe());
  }

  @POST
  @Path("plan")
  @Operation(
      operationId = "planRestore",
      summary = "What a restore would do, and whether the target can take it; changes nothing")
  public PlanSummary plan(@Nullable RestoreRequest request) {
    Checked checked = check(required(request), order -> {});
    return refusing(() -> preparation.summary(checked.order(), checked.plan()));
  }

  private static RestoreRequest required(@Nullable RestoreRequest request) {
    if (request == null) {
      throw Problem.badRequest("body", "the body is missing", "send source and into as JSON");
    }
    return request;
  }

  /**
   * @param before looked at before anything else is
   */
  private Checked check(RestoreRequest request, Consumer<RestoreOrder> before) {
    SourceId source = request.sourceId();
    Target moment = request.moment();
    Optional<TransactionTarget> transaction = request.transaction();
    Optional<PointName> point = request.point();
    Optional<RegionId> region = request.regionId();
    Optional<Credentials> brought = request.brought();
    Optional<Long> except = request.except();
    Scope scope = request.scope();
    return refusing(
        () -> {
          DatabaseUrl into = DatabaseUrl.parse(request.target());
          Optional<Credentials> own = brought.or(into::credentials);
          String name =
              own.isPresent()
                  ? TargetCredentials.OF_REQUEST
                  : Optional.ofNullable(request.credentials()).orElse(TargetCredentials.DEFAULT);
          // The run keeps the url: without what is secret in it.
          String target = into.withoutCredentials().jdbc();
          RestoreOrder order =
              RestoreOrder.of(moment, except, scope, target, name, region, clock.instant())
                  .to(point)
                  .boundedBy(transaction);
          before.accept(order);
          RestorePlan.Reachable plan =
              preparation.check(source, order, own.orElseGet(() -> credentials.named(name)));
          return new Checked(source, order, own, plan);
        });
  }

  /** What is refused, and why, is the caller's to know. */
  private static <T> T refusing(Supplier<T> work) {
    try {
      return work.get();
    } catch (RestoreRefusedException | PostgresException | VaultException | StoreException e) {
      throw RestoreProblems.of(e).orElseThrow();
    }
  }
}
