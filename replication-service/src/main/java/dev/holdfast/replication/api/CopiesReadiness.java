/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.api;

import dev.holdfast.replication.copy.Copies;
import dev.holdfast.replication.copy.CopyStatus;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Always ready while it runs: a region that is away is shown and tried again. */
@Readiness
@ApplicationScoped
class CopiesReadiness implements HealthCheck {

  private final Copies copies;

  CopiesReadiness(Copies copies) {
    this.copies = copies;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("copies").up();
    for (CopyStatus status : copies.statuses()) {
      response.withData(
          status.source() + " in " + status.region(),
          status
              .trouble()
              .map(trouble -> "failing since " + trouble.since() + ": " + trouble.reason())
              .orElseGet(() -> "verified through manifest " + status.standing().verified()));
    }
    return response.build();
  }
}
