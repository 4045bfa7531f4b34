/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.command;

import dev.holdfast.events.BackupCommand;
import dev.holdfast.events.BackupCommand.PlaceLegalHold;
import dev.holdfast.events.BackupCommand.ReleaseLegalHold;
import dev.holdfast.messaging.Deliveries;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Commands about legal holds, in a consumer group of their own: a hold may take hours, is not
 * acknowledged before it is answered, and no backup waits behind it.
 */
@ApplicationScoped
class HoldCommandsConsumer {

  private final Deliveries deliveries;
  private final HoldCommands commands;

  HoldCommandsConsumer(Deliveries deliveries, HoldCommands commands) {
    this.deliveries = deliveries;
    this.commands = commands;
  }

  @Incoming("hold-commands")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    if (!deliveries.isOf(record, BackupCommand.OfHold.class)) {
      // The other group's, which also puts aside what nobody can read.
      return Uni.createFrom().voidItem();
    }
    return deliveries.handleBlocking(
        record,
        BackupCommand.OfHold.class,
        event -> {
          switch (event.data()) {
            case PlaceLegalHold command -> commands.place(command, event.correlation());
            case ReleaseLegalHold command -> commands.release(command, event.correlation());
          }
        });
  }
}
