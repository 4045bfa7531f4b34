/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.alerts;

import dev.holdfast.events.AlertEvent.AlertRaised;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Keeps what people were told. Runs in the caller's transaction. */
@ApplicationScoped
public class AlertProjection {

  /**
   * @param id of the event: the same alert may be raised again, which is told again
   */
  public Uni<Void> raised(String id, AlertRaised event) {
    AlertRow row = new AlertRow();
    row.id = id;
    row.alert = event.alert();
    row.severity = event.severity();
    row.subject = event.subject();
    row.title = event.title();
    row.action = event.action();
    row.raisedAt = event.at();
    return Panache.getSession().flatMap(session -> session.persist(row));
  }
}
