/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.procedures;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.events.MessageCodec;
import dev.holdfast.events.RecoveryEvent.ProceduresPublished;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps which procedures and objectives there are, as the orchestrator tells them. */
@ApplicationScoped
public class ProcedureProjection {

  private static final String TYPE = MessageCodec.type(ProceduresPublished.class);
  private static final ProceduresPublished NONE =
      new ProceduresPublished(List.of(), List.of(), Instant.EPOCH);

  private final MessageCodec codec = new MessageCodec();

  /** Keeps the newest word. Runs in the caller's transaction. */
  public Uni<Void> published(ProceduresPublished event) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createNativeQuery(
                        """
                        insert into published_procedures (body, at) values (:body, :at)
                        on conflict (one) do update set body = excluded.body, at = excluded.at
                          where published_procedures.at <= excluded.at
                        """)
                    .setParameter("body", new String(codec.encode(event), UTF_8))
                    .setParameter("at", event.at())
                    .executeUpdate())
        .replaceWithVoid();
  }

  /** Nothing, until the orchestrator has told something. */
  Uni<ProceduresPublished> told() {
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(session -> session.find(PublishedRow.class, true))
                .map(row -> Optional.ofNullable(row).map(this::event).orElse(NONE)));
  }

  private ProceduresPublished event(PublishedRow row) {
    return (ProceduresPublished) codec.decode(TYPE, row.body.getBytes(UTF_8));
  }
}
