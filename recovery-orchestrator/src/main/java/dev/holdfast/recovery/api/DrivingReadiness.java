/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import dev.holdfast.recovery.engine.RunDriver;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the control database can be asked which runs are to be driven. */
@Readiness
@ApplicationScoped
class DrivingReadiness implements HealthCheck {

  private final RunDriver driver;

  DrivingReadiness(RunDriver driver) {
    this.driver = driver;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("runs").status(driver.isSweeping()).build();
  }
}
