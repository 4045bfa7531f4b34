/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.proofs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.events.RecoveryEvent.ContentCompared;
import dev.holdfast.events.RecoveryEvent.ContentOutcome;
import dev.holdfast.model.SourceId;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Keeps proofs as their events tell them. */
@ApplicationScoped
public class ProofProjection {

  static final String NEWEST_FIRST = "readAt desc, id desc";

  /** Its own, so that settings of the HTTP side cannot change what is stored. */
  private final ObjectMapper mapper =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  /** Adds a proof, once. The source is known already; runs in the caller's transaction. */
  public Uni<Void> compared(ContentCompared event) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createNativeQuery(
                        """
                        insert into content_proof
                          (id, source, narrows, outcome, body, read_at, finished_at)
                        values (:id, :source, nullif(:narrows, ''), :outcome, :body, :read, :finished)
                        on conflict (id) do nothing
                        """)
                    .setParameter("id", event.run().value())
                    .setParameter("source", event.source().value())
                    .setParameter("narrows", event.narrows().orElse(""))
                    .setParameter("outcome", wire(event.outcome()))
                    .setParameter("body", write(ProofView.of(event)))
                    .setParameter("read", event.readAt())
                    .setParameter("finished", event.finishedAt())
                    .executeUpdate())
        .replaceWithVoid();
  }

  static String wire(ContentOutcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How a source stands; proofs that look closer at a difference are no proofs of the whole. */
  public Uni<ProofStanding> standing(SourceId source) {
    return newest(source, Optional.empty())
        .flatMap(
            last ->
                newest(source, Optional.of(wire(ContentOutcome.PROVEN)))
                    .map(proven -> new ProofStanding(last, proven)));
  }

  private Uni<Optional<ProofView>> newest(SourceId source, Optional<String> outcome) {
    return new ListQuery<>(ProofRow.class)
        .where("source = :source and narrows is null", "source", source.value())
        .where("outcome = :outcome", "outcome", outcome)
        .list(NEWEST_FIRST, 1)
        .map(rows -> rows.stream().findFirst().map(this::view));
  }

  ProofView view(ProofRow row) {
    try {
      return mapper.readValue(row.body, ProofView.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("proof " + row.id + " in the catalog is not readable", e);
    }
  }

  private String write(ProofView view) {
    try {
      return mapper.writeValueAsString(view);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a proof cannot be written as JSON", e);
    }
  }

  Uni<Optional<ProofView>> find(String id) {
    return new ListQuery<>(ProofRow.class)
        .where("id = :id", "id", id)
        .list("id", 1)
        .map((List<ProofRow> rows) -> rows.stream().findFirst().map(this::view));
  }
}
