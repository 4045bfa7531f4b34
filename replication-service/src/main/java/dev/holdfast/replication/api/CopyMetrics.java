/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.api;

import dev.holdfast.replication.copy.Copies;
import dev.holdfast.replication.copy.CopyStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.function.ToDoubleFunction;

/** Gauges for each copy. */
@ApplicationScoped
class CopyMetrics {

  void register(@Observes StartupEvent event, MeterRegistry registry, Copies copies) {
    for (int i = 0; i < copies.statuses().size(); i++) {
      gauge(
          registry,
          copies,
          i,
          "holdfast.replication.behind",
          "Manifests that this region does not hold yet",
          status -> status.standing().head() - status.standing().verified());
      gauge(
          registry,
          copies,
          i,
          "holdfast.replication.failing",
          "1 while nothing can be copied to this region",
          status -> status.trouble().isPresent() ? 1 : 0);
    }
  }

  private static void gauge(
      MeterRegistry registry,
      Copies copies,
      int index,
      String name,
      String description,
      ToDoubleFunction<CopyStatus> value) {
    CopyStatus status = copies.statuses().get(index);
    Gauge.builder(name, copies, all -> value.applyAsDouble(all.statuses().get(index)))
        .description(description)
        .tag("source", status.source().value())
        .tag("region", status.region().value())
        .register(registry);
  }
}
