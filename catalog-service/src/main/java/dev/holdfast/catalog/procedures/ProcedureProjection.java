/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.procedures;

import dev.holdfast.catalog.words.NewestWords;
import dev.holdfast.events.RecoveryEvent.ProceduresPublished;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

/** Keeps which procedures and objectives there are, as the orchestrator tells them. */
@ApplicationScoped
public class ProcedureProjection {

  private static final ProceduresPublished NONE =
      new ProceduresPublished(List.of(), List.of(), Instant.EPOCH);

  private final NewestWords words;

  ProcedureProjection(NewestWords words) {
    this.words = words;
  }

  /** Keeps the newest word. Runs in the caller's transaction. */
  public Uni<Void> published(ProceduresPublished event) {
    return words.keep(event, event.at());
  }

  /** Nothing, until the orchestrator has told something. */
  Uni<ProceduresPublished> told() {
    return words.all(ProceduresPublished.class).map(all -> all.stream().findFirst().orElse(NONE));
  }
}
