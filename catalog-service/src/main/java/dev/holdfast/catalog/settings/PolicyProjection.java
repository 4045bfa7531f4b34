/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.settings;

import dev.holdfast.catalog.words.NewestWords;
import dev.holdfast.events.BackupEvent.PolicyPublished;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Keeps which policy the scheduler follows. */
@ApplicationScoped
public class PolicyProjection {

  private final NewestWords words;

  PolicyProjection(NewestWords words) {
    this.words = words;
  }

  /** Keeps the newest word. Runs in the caller's transaction. */
  public Uni<Void> published(PolicyPublished event) {
    return words.keep(event, event.at());
  }

  /** Empty until the scheduler has told it. */
  public Uni<Optional<PolicyPublished>> told() {
    return words.all(PolicyPublished.class).map(all -> all.stream().findFirst());
  }
}
