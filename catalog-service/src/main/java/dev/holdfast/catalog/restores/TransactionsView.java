/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.events.RecoveryEvent.Refusal;
import dev.holdfast.events.RecoveryEvent.Transactions;
import dev.holdfast.events.RecoveryEvent.TransactionsFound;
import java.time.Instant;
import java.util.Optional;

/**
 * A search for transactions.
 *
 * @param status {@code requested}, {@code found} or {@code refused}
 * @param transactions around the moment; only when they are found, which may be none
 * @param refusal why they cannot be found; only when it is refused
 */
public record TransactionsView(
    String id,
    String source,
    String requestedBy,
    Instant requestedAt,
    String status,
    Optional<Instant> foundAt,
    Optional<Transactions> transactions,
    Optional<Refusal> refusal) {

  static TransactionsView of(QuestionRow row) {
    Optional<TransactionsFound> answer = row.answer(TransactionsFound.class);
    return new TransactionsView(
        row.id,
        row.source,
        row.requestedBy,
        row.requestedAt,
        answer.map(it -> it.found().isPresent() ? "found" : "refused").orElse("requested"),
        answer.map(TransactionsFound::foundAt),
        answer.flatMap(TransactionsFound::found),
        answer.flatMap(TransactionsFound::refusal));
  }
}
