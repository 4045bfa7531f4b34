/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.events;

import dev.holdfast.catalog.backups.BackupProjection;
import dev.holdfast.catalog.chain.ChainKeeper;
import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.ChangeLog;
import dev.holdfast.catalog.findings.FindingsProjection;
import dev.holdfast.catalog.holds.HoldProjection;
import dev.holdfast.catalog.keys.KeyProjection;
import dev.holdfast.catalog.settings.PolicyProjection;
import dev.holdfast.events.BackupEvent;
import dev.holdfast.events.BackupEvent.BackupComponentFinished;
import dev.holdfast.events.BackupEvent.BackupFinished;
import dev.holdfast.events.BackupEvent.BackupStarted;
import dev.holdfast.events.BackupEvent.CaptureStateChanged;
import dev.holdfast.events.BackupEvent.ChainEvent;
import dev.holdfast.events.BackupEvent.ContentHashed;
import dev.holdfast.events.BackupEvent.DataKeyInUse;
import dev.holdfast.events.BackupEvent.HoldEvent;
import dev.holdfast.events.BackupEvent.PolicyPublished;
import dev.holdfast.events.BackupEvent.SourceExamined;
import dev.holdfast.messaging.CloudEvent;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.model.BackupId;
import dev.holdfast.outbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Facts about capture and backup runs, and what is to be backed up. */
@ApplicationScoped
class BackupEventsConsumer {

  private final Deliveries deliveries;
  private final Inbox inbox;
  private final ChainKeeper keeper;
  private final ChainState sources;
  private final FindingsProjection findings;
  private final BackupProjection backups;
  private final PolicyProjection policy;
  private final KeyProjection keys;
  private final HoldProjection holds;
  private final ChangeLog changes;

  BackupEventsConsumer(
      Deliveries deliveries,
      Inbox inbox,
      ChainKeeper keeper,
      ChainState sources,
      FindingsProjection findings,
      BackupProjection backups,
      PolicyProjection policy,
      KeyProjection keys,
      HoldProjection holds,
      ChangeLog changes) {
    this.deliveries = deliveries;
    this.inbox = inbox;
    this.keeper = keeper;
    this.sources = sources;
    this.findings = findings;
    this.backups = backups;
    this.policy = policy;
    this.keys = keys;
    this.holds = holds;
    this.changes = changes;
  }

  @Incoming("backup-events")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(record, BackupEvent.class, this::on);
  }

  private Uni<Void> on(CloudEvent<BackupEvent> event) {
    return switch (event.data()) {
      // The vault holds it, and is what is read: doing so twice, or late, changes nothing.
      case ChainEvent e ->
          Uni.createFrom().voidItem().invoke(() -> keeper.announced(e.source(), e.manifest()));
      case CaptureStateChanged e ->
          inbox
              .once(event, () -> sources.stateChanged(e))
              .invoke(() -> changes.changed(Kind.SOURCE, e.source().value()));
      case SourceExamined e ->
          inbox
              .once(event, () -> sources.know(e.source()).chain(() -> findings.examined(e)))
              .invoke(() -> changes.changed(Kind.SOURCE, e.source().value()));
      // What comes of it, the recovery side tells.
      case ContentHashed _ -> Uni.createFrom().voidItem();
      case HoldEvent e ->
          inbox
              .once(event, () -> holds.told(e))
              .invoke(() -> changes.changed(Kind.HOLD, e.hold().value()));
      case BackupStarted e -> run(event, e.backup(), () -> backups.started(e));
      case BackupComponentFinished e -> run(event, e.backup(), () -> backups.componentFinished(e));
      case BackupFinished e -> run(event, e.backup(), () -> backups.finished(e));
      case DataKeyInUse e ->
          inbox
              .once(event, () -> keys.inUse(e))
              .invoke(() -> changes.changed(Kind.KEY, e.source().value()));
      case PolicyPublished e ->
          inbox
              .once(event, () -> policy.published(e))
              .invoke(() -> changes.changed(Kind.POLICY, e.key()));
    };
  }

  private Uni<Void> run(CloudEvent<?> event, BackupId backup, Supplier<Uni<Void>> work) {
    return inbox.once(event, work).invoke(() -> changes.changed(Kind.BACKUP, backup.value()));
  }
}
