/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.changes;

import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.events.Message;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.outbox.Outbox;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/** Sends what people ask for to other services, once, however often it is asked for. */
@ApplicationScoped
public class Commands {

  private final Outbox outbox;
  private final ChangeLog changes;

  Commands(Outbox outbox, ChangeLog changes) {
    this.outbox = outbox;
    this.changes = changes;
  }

  /**
   * Notes a command and sends it, both or neither, and tells who listens.
   *
   * @param noted notes it, in the transaction that sends it; false when it was noted before
   * @param kind of what it is followed by
   * @param id likewise
   */
  public Uni<Void> once(Message command, Supplier<Uni<Boolean>> noted, Kind kind, String id) {
    return Panache.withTransaction(
            () ->
                noted
                    .get()
                    .flatMap(
                        isNew ->
                            isNew
                                ? outbox.add(command, Correlation.of(id))
                                : Uni.createFrom().voidItem()))
        .invoke(() -> changes.changed(kind, id));
  }
}
