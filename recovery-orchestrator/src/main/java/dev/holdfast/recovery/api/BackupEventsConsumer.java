/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import dev.holdfast.events.BackupEvent;
import dev.holdfast.events.BackupEvent.ContentHashed;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.outbox.Inbox;
import dev.holdfast.recovery.proof.ProofDriver;
import dev.holdfast.recovery.proof.ProofStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What the workers hashed is compared; the rest of what they tell is not for recovery. */
@ApplicationScoped
class BackupEventsConsumer {

  private final Deliveries deliveries;
  private final Inbox inbox;
  private final ProofStore proofs;
  private final ProofDriver driver;

  BackupEventsConsumer(Deliveries deliveries, Inbox inbox, ProofStore proofs, ProofDriver driver) {
    this.deliveries = deliveries;
    this.inbox = inbox;
    this.proofs = proofs;
    this.driver = driver;
  }

  @Incoming("backup-events")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        BackupEvent.class,
        event ->
            event.data() instanceof ContentHashed hashed
                ? inbox
                    .once(event, () -> proofs.ask(hashed, event.correlation()))
                    .invoke(driver::wake)
                : Uni.createFrom().voidItem());
  }
}
