/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.findings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.events.BackupEvent.SourceExamined;
import dev.holdfast.model.SourceId;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Keeps what the last look at each source found. */
@ApplicationScoped
public class FindingsProjection {

  private static final TypeReference<List<FindingView>> LIST = new TypeReference<>() {};

  /** Its own, so that settings of the HTTP side cannot change what is stored. */
  private final ObjectMapper mapper = JsonMapper.builder().build();

  /** Keeps the newest word. The source is known already; runs in the caller's transaction. */
  public Uni<Void> examined(SourceExamined event) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createNativeQuery(
                        """
                        insert into source_findings (source, findings, omitted, examined_at)
                        values (:source, :findings, :omitted, :at)
                        on conflict (source) do update
                          set findings = excluded.findings, omitted = excluded.omitted,
                              examined_at = excluded.examined_at
                          where source_findings.examined_at <= excluded.examined_at
                        """)
                    .setParameter("source", event.source().value())
                    .setParameter("findings", write(event))
                    .setParameter("omitted", event.omitted())
                    .setParameter("at", event.at())
                    .executeUpdate())
        .replaceWithVoid();
  }

  /** Empty when nobody has looked at the source yet. */
  public Uni<Optional<FindingsView>> of(SourceId source) {
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(session -> session.find(FindingsRow.class, source.value()))
                .map(row -> Optional.ofNullable(row).map(this::view)));
  }

  private FindingsView view(FindingsRow row) {
    try {
      return new FindingsView(
          row.source,
          Optional.of(row.examinedAt),
          mapper.readValue(row.findings, LIST),
          row.omitted);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "the findings of source " + row.source + " in the catalog are not readable", e);
    }
  }

  private String write(SourceExamined event) {
    try {
      return mapper.writeValueAsString(
          event.findings().stream()
              .map(f -> new FindingView(f.severity(), f.subject(), f.message(), f.fix()))
              .toList());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("findings cannot be written as JSON", e);
    }
  }
}
