/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.alerts;

import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.events.FailoverEvent;
import dev.holdfast.events.FailoverEvent.FailoverTriggered;
import dev.holdfast.events.FailoverEvent.TriggerCleared;
import dev.holdfast.model.SourceId;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Keeps incidents as their events tell them, in whichever order. Writes run in the caller's
 * transaction.
 */
@ApplicationScoped
public class IncidentProjection {

  public Uni<Void> triggered(FailoverTriggered event) {
    return row(event, event.incident(), event.source())
        .invoke(
            row -> {
              row.severity = event.severity();
              row.scenario = event.scenario();
              row.automated = event.automated();
              row.components = String.join("\n", event.components());
              row.evidence = String.join("\n", event.evidence());
              row.failingSince = event.failingSince();
              row.triggeredAt = event.triggeredAt();
            })
        .replaceWithVoid();
  }

  public Uni<Void> cleared(TriggerCleared event) {
    return row(event, event.incident(), event.source())
        .invoke(row -> row.clearedAt = event.clearedAt())
        .replaceWithVoid();
  }

  /** Those of a source whose condition still holds, as far as was told. */
  public Uni<List<IncidentView>> open(SourceId source) {
    return new ListQuery<>(IncidentRow.class)
        .where("clearedAt is null and triggeredAt is not null")
        .where("source = :source", "source", source.value())
        .list("triggeredAt desc", 100)
        .map(rows -> rows.stream().map(IncidentView::of).toList());
  }

  private static Uni<IncidentRow> row(FailoverEvent event, String incident, SourceId source) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .find(IncidentRow.class, incident)
                    .onItem()
                    .ifNull()
                    .switchTo(
                        () -> {
                          IncidentRow row = new IncidentRow();
                          row.id = incident;
                          row.trigger = event.trigger();
                          row.source = source.value();
                          return session.persist(row).replaceWith(row);
                        }));
  }
}
