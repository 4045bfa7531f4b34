/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.catalog.http.ListQuery;
import dev.holdfast.events.MessageCodec;
import dev.holdfast.events.RecoveryCommand.Question;
import dev.holdfast.events.RecoveryEvent.Answer;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something that somebody asked the orchestrator. */
@Entity
@Table(name = "question")
@SuppressWarnings("NullAway.Init")
class QuestionRow {

  @Id String id;
  String source;

  /** Wire name of the command that asks. */
  String type;

  @Column(name = "requested_by")
  String requestedBy;

  @Column(name = "requested_at")
  Instant requestedAt;

  /** The orchestrator's answer, as it came; null until then. */
  @Nullable String answer;

  private static final MessageCodec CODEC = new MessageCodec();

  <T extends Answer> Optional<T> answer(Class<T> type) {
    return Optional.ofNullable(answer)
        .map(it -> CODEC.decode(MessageCodec.type(type), it.getBytes(StandardCharsets.UTF_8)))
        .map(type::cast);
  }

  /** The question of that id, if it was one of that type. */
  static Uni<Optional<QuestionRow>> find(String id, Class<? extends Question> type) {
    return new ListQuery<>(QuestionRow.class)
        .where("id = :id", "id", id)
        .where("type = :type", "type", MessageCodec.type(type))
        .list("id", 1)
        .map(found -> found.stream().findFirst());
  }
}
