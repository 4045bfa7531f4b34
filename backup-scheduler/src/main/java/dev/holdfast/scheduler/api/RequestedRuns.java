/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.api;

import dev.holdfast.events.AuditEvent.OperationRecorded;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.outbox.Outbox;
import dev.holdfast.scheduler.drive.Backups;
import dev.holdfast.scheduler.run.BackupRun;
import dev.holdfast.service.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;

/** Begins what people ask for, and writes down who did; in the caller's transaction. */
@ApplicationScoped
class RequestedRuns {

  private final Backups backups;
  private final Outbox outbox;
  private final InstantSource clock;

  RequestedRuns(Backups backups, Outbox outbox, InstantSource clock) {
    this.backups = backups;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Fails with a problem while such a run has not ended. */
  Uni<BackupRun> begin(BackupRun wanted, String operation, String subject, String detail) {
    return backups
        .begin(wanted)
        .map(run -> run.orElseThrow())
        .chain(
            run -> {
              if (run.state() == BackupRun.State.SKIPPED) {
                return Uni.createFrom()
                    .failure(
                        Problem.conflict(
                                "backup-running",
                                "A backup of this kind is running",
                                run.detail().orElse(""))
                            .fix("wait until it has ended"));
              }
              return outbox
                  .add(
                      new OperationRecorded(
                          run.requestedBy(),
                          operation,
                          subject,
                          "requested",
                          detail,
                          clock.instant()),
                      Correlation.of(run.id().value()))
                  .replaceWith(run);
            });
  }
}
