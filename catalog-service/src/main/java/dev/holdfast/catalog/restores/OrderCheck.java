/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.events.RecoveryCommand.Order;
import dev.holdfast.model.RegionId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Holds what is asked for to what the catalog knows, before the orchestrator hears of it. */
@ApplicationScoped
class OrderCheck {

  private final MomentCheck moments;

  OrderCheck(MomentCheck moments) {
    this.moments = moments;
  }

  /** The order as commands carry it, if its moment can be restored. */
  Uni<Order> checked(RestoreOrder asked) {
    Order order =
        new Order(
            asked.sourceId(),
            asked.moment(),
            asked.except(),
            asked.scope(),
            asked.database(),
            asked.credentialsName(),
            Optional.empty());
    return moments
        .covered(order.source(), order.moment(), asked.region())
        .map(region -> from(order, region));
  }

  private static Order from(Order order, Optional<RegionId> region) {
    return new Order(
        order.source(),
        order.moment(),
        order.exceptXid(),
        order.scope(),
        order.into(),
        order.credentials(),
        region);
  }
}
