/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.api;

import dev.holdfast.replication.copy.Copies;
import dev.holdfast.replication.copy.CopyStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while every copy is worked on: a region that is away is shown and tried again, but a copy
 * that nobody works on any more needs a restart.
 */
@Readiness
@ApplicationScoped
class CopiesReadiness implements HealthCheck {

  private final Copies copies;

  CopiesReadiness(Copies copies) {
    this.copies = copies;
  }

  @Override
  public HealthCheckResponse call() {
    return of(copies.statuses());
  }

  static HealthCheckResponse of(List<CopyStatus> statuses) {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("copies").status(statuses.stream().allMatch(CopyStatus::running));
    for (CopyStatus status : statuses) {
      response.withData(status.source() + " in " + status.region(), text(status));
    }
    return response.build();
  }

  private static String text(CopyStatus status) {
    String text =
        status
            .trouble()
            .map(trouble -> "failing since " + trouble.since() + ": " + trouble.reason())
            .orElseGet(() -> "verified through manifest " + status.standing().verified());
    return status.running() ? text : "not worked on any more, restart this service; " + text;
  }
}
