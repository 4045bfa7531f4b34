/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.words;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.events.Message;
import dev.holdfast.events.MessageCodec;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

/**
 * Keeps, as it came, the newest message of each type and key, where a later one replaces an earlier
 * one as a whole.
 */
@ApplicationScoped
public class NewestWords {

  private final MessageCodec codec = new MessageCodec();

  /**
   * Keeps it, unless a newer one is there. Runs in the caller's transaction.
   *
   * @param at when it was so, by the clock of who told it
   */
  public Uni<Void> keep(Message message, Instant at) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createNativeQuery(
                        """
                        insert into newest_word (message_type, message_key, body, at)
                        values (:type, :key, :body, :at)
                        on conflict (message_type, message_key) do update
                          set body = excluded.body, at = excluded.at
                          where newest_word.at <= excluded.at
                        """)
                    .setParameter("type", MessageCodec.type(message.getClass()))
                    .setParameter("key", message.key())
                    .setParameter("body", new String(codec.encode(message), UTF_8))
                    .setParameter("at", at)
                    .executeUpdate())
        .replaceWithVoid();
  }

  /** The newest of every key, ordered by key. */
  public <M extends Message> Uni<List<M>> all(Class<M> message) {
    String type = MessageCodec.type(message);
    return Panache.withSession(
        () ->
            Panache.getSession()
                .flatMap(
                    session ->
                        session
                            .createSelectionQuery(
                                "from WordRow where type = :type order by subject", WordRow.class)
                            .setParameter("type", type)
                            .getResultList())
                .map(
                    rows ->
                        rows.stream()
                            .map(row -> codec.decode(type, row.body.getBytes(UTF_8)))
                            .map(message::cast)
                            .toList()));
  }
}
