/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.replication.copy.CopyStatus;
import dev.holdfast.replication.copy.RegionStanding;
import dev.holdfast.replication.copy.Trouble;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class CopiesReadinessTest {

  private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
  private static final Trouble AWAY = new Trouble(NOW, 3, "", "west does not answer", false);

  @Test
  void isReadyWhileARegionIsAway() {
    HealthCheckResponse response =
        CopiesReadiness.of(
            List.of(
                status("east", true, Optional.empty()), status("west", true, Optional.of(AWAY))));

    assertThat(response.getStatus()).isEqualTo(Status.UP);
    assertThat(response.getData().orElseThrow())
        .containsEntry("main in east", "verified through manifest 4")
        .containsEntry("main in west", "failing since " + NOW + ": west does not answer");
  }

  @Test
  void isNotReadyWhenNobodyWorksOnACopy() {
    HealthCheckResponse response =
        CopiesReadiness.of(
            List.of(
                status("east", true, Optional.empty()), status("west", false, Optional.empty())));

    assertThat(response.getStatus()).isEqualTo(Status.DOWN);
    assertThat(response.getData().orElseThrow())
        .containsEntry(
            "main in west",
            "not worked on any more, restart this service; verified through manifest 4");
  }

  private static CopyStatus status(String region, boolean running, Optional<Trouble> trouble) {
    return new CopyStatus(
        new SourceId("main"),
        new RegionId(region),
        running,
        new RegionStanding(4, 4, Optional.empty(), Optional.of(NOW)),
        trouble,
        "locked");
  }
}
