/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.engine;

import dev.holdfast.recovery.failover.CaptureOperations;
import dev.holdfast.recovery.failover.ClientOperations;
import dev.holdfast.recovery.failover.FencingOperation;
import dev.holdfast.recovery.failover.LossOperation;
import dev.holdfast.recovery.failover.PromotionOperations;
import dev.holdfast.recovery.failover.ScopeOperations;
import dev.holdfast.recovery.procedure.OperationId;
import dev.holdfast.recovery.restore.BackupOperations;
import dev.holdfast.recovery.restore.TargetOperations;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.recovery.run.Operations;
import dev.holdfast.recovery.run.Outcome;
import jakarta.enterprise.context.ApplicationScoped;

/** Who performs which operation. */
@ApplicationScoped
class ProcedureOperations implements Operations {

  private final ScopeOperations scope;
  private final FencingOperation fencing;
  private final PromotionOperations promotion;
  private final CaptureOperations capture;
  private final ClientOperations clients;
  private final LossOperation loss;
  private final BackupOperations backup;
  private final TargetOperations target;

  ProcedureOperations(
      ScopeOperations scope,
      FencingOperation fencing,
      PromotionOperations promotion,
      CaptureOperations capture,
      ClientOperations clients,
      LossOperation loss,
      BackupOperations backup,
      TargetOperations target) {
    this.scope = scope;
    this.fencing = fencing;
    this.promotion = promotion;
    this.capture = capture;
    this.clients = clients;
    this.loss = loss;
    this.backup = backup;
    this.target = target;
  }

  @Override
  public Outcome perform(OperationId operation, Context context) throws InterruptedException {
    return switch (operation) {
      case CHECK_CONNECTIONS -> scope.checkConnections(context);
      case MEASURE_REPLICATION_LAG -> scope.measureReplicationLag(context);
      case LIST_AFFECTED_SERVICES -> scope.listAffectedServices(context);
      case FENCE_OLD_PRIMARY -> fencing.fence(context);
      case HOLD_WRITES -> promotion.holdWrites(context);
      case PROMOTE_STANDBY -> promotion.promote(context);
      case CREATE_SLOT -> capture.createSlot(context);
      case RECORD_FORK -> capture.recordFork(context);
      case ALLOW_WRITES -> promotion.allowWrites(context);
      case REPOINT_CLIENTS -> clients.repoint(context);
      case VERIFY_WRITES -> clients.verifyWrites(context);
      case MEASURE_LOSS -> loss.measure(context);
      case PLAN_BACKUP -> backup.plan(context);
      case RESTORE_BACKUP -> backup.restore(context);
      case VERIFY_BACKUP -> backup.verify(context);
      case ADOPT_BACKUP -> backup.adopt(context);
      case RESUME_SERVICES -> clients.resumeServices(context);
      case VERIFY_SERVICES -> clients.verifyServices(context);
      case OBSERVE_PERFORMANCE -> clients.observePerformance(context);
      case PLAN_TARGET -> target.plan(context);
      case FILL_TARGET -> target.fill(context);
      case CONFIRM_TARGET -> target.confirm(context);
    };
  }

  @Override
  public Facts about(RuntimeException failure) {
    return FailureKind.of(failure);
  }
}
