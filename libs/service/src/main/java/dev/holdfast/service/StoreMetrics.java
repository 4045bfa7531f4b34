/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import dev.holdfast.model.RegionId;
import dev.holdfast.vault.store.StoreListener;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/** Requests, bytes, failures and latencies of one region's store, per operation. */
final class StoreMetrics implements StoreListener {

  private final MeterRegistry meters;
  private final RegionId region;

  StoreMetrics(MeterRegistry meters, RegionId region) {
    this.meters = meters;
    this.region = region;
  }

  @Override
  public void ended(Operation operation, long bytes, Duration took, boolean failed) {
    String name = operation.name().toLowerCase(Locale.ROOT);
    Timer.builder("holdfast.store.requests")
        .description("Requests to a region's store; a read lasts until its stream is closed")
        .tag("region", region.value())
        .tag("operation", name)
        .tag("outcome", failed ? "failed" : "answered")
        .register(meters)
        .record(took);
    if (bytes > 0) {
      DistributionSummary.builder("holdfast.store.bytes")
          .description("Bytes of objects that were sent or received by a request")
          .baseUnit("bytes")
          .tag("region", region.value())
          .tag("operation", name)
          .register(meters)
          .record(bytes);
    }
  }
}
