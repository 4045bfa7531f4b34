/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.events;

import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.ChangeLog;
import dev.holdfast.catalog.procedures.ProcedureProjection;
import dev.holdfast.catalog.proofs.ProofProjection;
import dev.holdfast.catalog.restores.QuestionProjection;
import dev.holdfast.catalog.runs.RunProjection;
import dev.holdfast.events.RecoveryEvent;
import dev.holdfast.events.RecoveryEvent.Answer;
import dev.holdfast.events.RecoveryEvent.ContentCompared;
import dev.holdfast.events.RecoveryEvent.PrimaryPromoted;
import dev.holdfast.events.RecoveryEvent.ProceduresPublished;
import dev.holdfast.events.RecoveryEvent.RunEvent;
import dev.holdfast.events.RecoveryEvent.RunFinished;
import dev.holdfast.events.RecoveryEvent.RunStarted;
import dev.holdfast.events.RecoveryEvent.StepChanged;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.outbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Facts about recovery runs, and what can be run. */
@ApplicationScoped
class RecoveryEventsConsumer {

  private final Deliveries deliveries;
  private final Inbox inbox;
  private final RunProjection runs;
  private final ChainState sources;
  private final ProofProjection proofs;
  private final ProcedureProjection procedures;
  private final QuestionProjection questions;
  private final ChangeLog changes;

  RecoveryEventsConsumer(
      Deliveries deliveries,
      Inbox inbox,
      RunProjection runs,
      ChainState sources,
      ProofProjection proofs,
      ProcedureProjection procedures,
      QuestionProjection questions,
      ChangeLog changes) {
    this.deliveries = deliveries;
    this.inbox = inbox;
    this.runs = runs;
    this.sources = sources;
    this.proofs = proofs;
    this.procedures = procedures;
    this.questions = questions;
    this.changes = changes;
  }

  @Incoming("recovery-events")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        RecoveryEvent.class,
        event -> inbox.once(event, () -> apply(event.data())).invoke(() -> changed(event.data())));
  }

  private Uni<Void> apply(RecoveryEvent event) {
    return switch (event) {
      case RunStarted e -> runs.started(e);
      case StepChanged e -> runs.stepChanged(e);
      case PrimaryPromoted e -> runs.promoted(e);
      case RunFinished e -> runs.finished(e);
      case ProceduresPublished e -> procedures.published(e);
      case ContentCompared e -> sources.know(e.source()).chain(() -> proofs.compared(e));
      case Answer e -> questions.answered(e);
    };
  }

  private void changed(RecoveryEvent event) {
    switch (event) {
      case ContentCompared e -> changes.changed(Kind.SOURCE, e.source().value());
      case Answer e -> changes.changed(Kind.QUESTION, e.run().value());
      case RunEvent e -> changes.changed(Kind.RUN, e.run().value());
      case ProceduresPublished e -> changes.changed(Kind.PROCEDURE, e.key());
    }
  }
}
