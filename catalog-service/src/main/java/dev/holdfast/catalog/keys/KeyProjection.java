/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.keys;

import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.catalog.words.NewestWords;
import dev.holdfast.events.BackupEvent.DataKeyInUse;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Keeps which data key each source is encrypted with, and which there were before. */
@ApplicationScoped
public class KeyProjection {

  private final NewestWords words;

  KeyProjection(NewestWords words) {
    this.words = words;
  }

  /** Keeps the newest word, and every key once. Runs in the caller's transaction. */
  public Uni<Void> inUse(DataKeyInUse event) {
    return words
        .keep(event, event.at())
        .chain(Panache::getSession)
        .flatMap(
            session ->
                session
                    .createNativeQuery(
                        """
                        insert into data_key (source, id, since, previous, reason)
                        values (:source, :id, :since, nullif(:previous, ''), :reason)
                        on conflict (source, id) do nothing
                        """)
                    .setParameter("source", event.source().value())
                    .setParameter("id", event.dataKey())
                    .setParameter("since", event.since())
                    .setParameter("previous", event.previous().orElse(""))
                    .setParameter("reason", event.reason())
                    .executeUpdate())
        .replaceWithVoid();
  }

  /** What was told last of each source. */
  Uni<List<DataKeyInUse>> told() {
    return words.all(DataKeyInUse.class);
  }

  /** Keys of a source, newest first. */
  Uni<List<DataKeyRow>> of(String source, int most) {
    return new ListQuery<>(DataKeyRow.class)
        .where("source = :source", "source", source)
        .list("since desc, id desc", most);
  }
}
