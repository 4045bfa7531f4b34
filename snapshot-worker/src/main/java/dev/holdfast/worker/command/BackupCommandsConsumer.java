/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.command;

import dev.holdfast.events.BackupCommand;
import dev.holdfast.events.BackupCommand.ApplyProtection;
import dev.holdfast.events.BackupCommand.CreateRestorePoint;
import dev.holdfast.events.BackupCommand.NarrowProof;
import dev.holdfast.events.BackupCommand.ProveContent;
import dev.holdfast.events.BackupCommand.SealRecoveryPoint;
import dev.holdfast.events.BackupCommand.TakeBaseSnapshot;
import dev.holdfast.messaging.Deliveries;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Commands of the scheduler. */
@ApplicationScoped
class BackupCommandsConsumer {

  private final Deliveries deliveries;
  private final BackupCommands commands;

  BackupCommandsConsumer(Deliveries deliveries, BackupCommands commands) {
    this.deliveries = deliveries;
    this.commands = commands;
  }

  @Incoming("backup-commands")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handleBlocking(
        record,
        BackupCommand.class,
        event -> {
          switch (event.data()) {
            case SealRecoveryPoint command -> commands.seal(command, event.correlation());
            case CreateRestorePoint command -> commands.restorePoint(command, event.correlation());
            case TakeBaseSnapshot command -> commands.base(command, event.correlation());
            case ProveContent command -> commands.prove(command, event.correlation());
            case NarrowProof command -> commands.narrow(command, event.correlation());
            case ApplyProtection command -> commands.protect(command);
            case BackupCommand.OfHold _ -> {
              // HoldCommandsConsumer's.
            }
          }
        });
  }
}
