/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.triggers;

import dev.holdfast.catalog.words.NewestWords;
import dev.holdfast.events.HealthEvent.TriggersObserved;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Keeps where the triggers of each source stand. */
@ApplicationScoped
public class TriggerProjection {

  private final NewestWords words;

  TriggerProjection(NewestWords words) {
    this.words = words;
  }

  /** Keeps the newest word. Runs in the caller's transaction. */
  public Uni<Void> observed(TriggersObserved event) {
    return words.keep(event, event.at());
  }

  /** What was told last of each source. */
  Uni<List<TriggersObserved>> told() {
    return words.all(TriggersObserved.class);
  }
}
