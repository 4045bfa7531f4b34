/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.api;

import dev.holdfast.worker.Captures;
import dev.holdfast.worker.capture.CaptureStatus;
import dev.holdfast.worker.capture.SourceCapture;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready as soon as the captures run: one that waits for its source or its store is doing its work,
 * and taking the worker away would not help it. The states are shown.
 */
@Readiness
@ApplicationScoped
class CapturesReady implements HealthCheck {

  private final Captures captures;

  CapturesReady(Captures captures) {
    this.captures = captures;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("captures").up();
    for (SourceCapture capture : captures.all()) {
      CaptureStatus status = capture.status();
      response.withData(
          status.source().value(),
          status.state().wire().name().toLowerCase(Locale.ROOT) + ": " + status.state().detail());
    }
    return response.build();
  }
}
