/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready when the catalog holds all that the vault does, as far as it can know. One region that
 * cannot be read is shown and harmless; when none can be read, answers may be old.
 */
@Readiness
@ApplicationScoped
class VaultReadiness implements HealthCheck {

  private final ChainKeeper keeper;

  VaultReadiness(ChainKeeper keeper) {
    this.keeper = keeper;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("vault");
    boolean current = true;
    for (var entry : new TreeMap<>(keeper.statuses()).entrySet()) {
      SyncStatus status = entry.getValue();
      current &= status.current();
      String source = entry.getKey().value();
      response.withData(
          source,
          status.current()
              ? "up to date with the vault"
              : status.at().isEmpty()
                  ? "the vault was not read yet"
                  : "behind the vault: answers may be old");
      for (Map.Entry<?, String> problem : status.problems().entrySet()) {
        response.withData(source + " in " + problem.getKey(), problem.getValue());
      }
    }
    return response.status(current).build();
  }
}
